using System.Text;
using Culvert.Protocol.Http;

namespace Culvert.Tests.Http;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/", "", true)]
    [InlineData("/?a=/../b", "", true)]
    [InlineData("/a", "a", false)]
    [InlineData("/a/", "a", true)]
    [InlineData("/a/.", "a", true)]
    [InlineData("/a/b/..", "a", true)]
    [InlineData("/a/..", "", true)]
    [InlineData("/a/../b", "b", false)]
    [InlineData("/a/./b//c", "a/b/c", false)]
    [InlineData("//a", "a", false)]
    [InlineData("/%69ndex.html?x=%zz", "index.html", false)]
    [InlineData("/a%20b", "a b", false)]
    [InlineData("/%C3%A9", "é", false)]
    [InlineData("/%F0%9F%98%80", "😀", false)]
    [InlineData("/%252e%252e/x", "%2e%2e/x", false)]
    [InlineData("/...", "...", false)]
    [InlineData("/.../x", ".../x", false)]
    [InlineData("/a%3Fb", "a?b", false)]
    [InlineData("/a%23b", "a#b", false)]
    [InlineData("/a/%2e%2e/b", "b", false)]
    [InlineData("/a/b/c/../../d/%2E/e/", "a/d/e", true)]
    [InlineData("/<script>", "<script>", false)]
    public void A_path_is_decoded_once_and_normalised(string target, string path, bool hasTrailingSlash)
    {
        var verdict = RequestPath.Parse(Encoding.ASCII.GetBytes(target), out var read);

        Assert.Equal(RequestPathVerdict.Ok, verdict);
        Assert.Equal(path, read.Path);
        Assert.Equal(hasTrailingSlash, read.HasTrailingSlash);
    }

    [Theory]
    [InlineData("", RequestPathVerdict.BadRequest)]
    [InlineData("a", RequestPathVerdict.BadRequest)]
    [InlineData("*", RequestPathVerdict.BadRequest)]
    [InlineData("?a", RequestPathVerdict.BadRequest)]
    [InlineData("http://h/x", RequestPathVerdict.BadRequest)]
    [InlineData("/a b", RequestPathVerdict.BadRequest)]
    [InlineData("/a\tb", RequestPathVerdict.BadRequest)]
    [InlineData("/a\0", RequestPathVerdict.BadRequest)]
    [InlineData("/a?\r\nX: y", RequestPathVerdict.BadRequest)]
    [InlineData("/a#b", RequestPathVerdict.BadRequest)]
    [InlineData("/a?b#c", RequestPathVerdict.BadRequest)]
    [InlineData("/\u00e9", RequestPathVerdict.BadRequest)]
    [InlineData("/\u007f", RequestPathVerdict.BadRequest)]
    [InlineData("/%", RequestPathVerdict.BadRequest)]
    [InlineData("/%2", RequestPathVerdict.BadRequest)]
    [InlineData("/%zz", RequestPathVerdict.BadRequest)]
    [InlineData("/%2/f", RequestPathVerdict.BadRequest)]
    [InlineData("/%00", RequestPathVerdict.BadRequest)]
    [InlineData("/%0d%0a", RequestPathVerdict.BadRequest)]
    [InlineData("/%1f", RequestPathVerdict.BadRequest)]
    [InlineData("/%7F", RequestPathVerdict.BadRequest)]
    [InlineData("/%c0%ae%c0%ae/", RequestPathVerdict.BadRequest)]
    [InlineData("/%c0%af", RequestPathVerdict.BadRequest)]
    [InlineData("/%e0%80%ae", RequestPathVerdict.BadRequest)]
    [InlineData("/%ff", RequestPathVerdict.BadRequest)]
    [InlineData("/%ed%a0%80", RequestPathVerdict.BadRequest)]
    [InlineData("/%c3/%a9", RequestPathVerdict.BadRequest)]
    [InlineData("/../%00", RequestPathVerdict.BadRequest)]
    [InlineData("/..", RequestPathVerdict.OutsideRoot)]
    [InlineData("/../x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/a/../../x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/a/../../a/x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/%2e%2e/x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/.%2E/x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/%2e./x", RequestPathVerdict.OutsideRoot)]
    [InlineData("//../x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/./../x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/..%2fetc", RequestPathVerdict.OutsideRoot)]
    [InlineData("/a%2f..%2F..", RequestPathVerdict.OutsideRoot)]
    [InlineData("/..\\x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/..%5cx", RequestPathVerdict.OutsideRoot)]
    [InlineData("/a\\..\\x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/a%2fb/../../x", RequestPathVerdict.OutsideRoot)]
    [InlineData("/a%2fb", RequestPathVerdict.NotFound)]
    [InlineData("/%2f", RequestPathVerdict.NotFound)]
    [InlineData("/%5c", RequestPathVerdict.NotFound)]
    [InlineData("/a\\b", RequestPathVerdict.NotFound)]
    [InlineData("/a%2fb/../x", RequestPathVerdict.NotFound)]
    public void Anything_else_is_told_apart(string target, RequestPathVerdict verdict)
    {
        Assert.Equal(verdict, RequestPath.Parse(Encoding.Latin1.GetBytes(target), out _));
    }

    [Theory]
    [InlineData("", true, "/")]
    [InlineData("", false, "/")]
    [InlineData("a/b", true, "/a/b/")]
    [InlineData("a b%é\"<>?#", false, "/a%20b%25%C3%A9%22%3C%3E%3F%23")]
    public void A_path_has_one_spelling(string path, bool trailingSlash, string spelling)
    {
        Assert.Equal(spelling, RequestPath.Encode(path, trailingSlash));
    }

    [Fact]
    public void Any_long_path_is_read()
    {
        var target = "/" + string.Concat(Enumerable.Repeat("%61b/", 4000));

        Assert.Equal(RequestPathVerdict.Ok, RequestPath.Parse(Encoding.ASCII.GetBytes(target), out var path));
        Assert.Equal(string.Join('/', Enumerable.Repeat("ab", 4000)), path.Path);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_sent_the_path_stays_clean_and_has_a_spelling_that_reads_the_same(int seed)
    {
        string[] pieces =
        [
            "/", "//", ".", "..", "%2e", "%2E%2e", "%2f", "%5c", "\\", "a", "é", "%c3%a9", "%00", "%", "%e", "?", "#",
            " ", "%25", "%252e", "\u0001", "%c0%ae", "index.html", "~", "+", ";", ":", "%3f", "%F0%9F%98%80",
        ];
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var target = "/" + string.Concat(
                Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (RequestPath.Parse(Encoding.Latin1.GetBytes(target), out var path) != RequestPathVerdict.Ok)
            {
                continue;
            }

            Assert.DoesNotContain('\\', path.Path);
            Assert.All(
                path.Path.Split('/'),
                s => Assert.True(path.Path.Length == 0 || s is not ("" or "." or ".."), $"seed {seed}: {target}"));
            var spelling = path.Encode();
            Assert.False(spelling.StartsWith("//", StringComparison.Ordinal));
            Assert.Equal(RequestPathVerdict.Ok, RequestPath.Parse(Encoding.ASCII.GetBytes(spelling), out var again));
            Assert.Equal((path.Path, path.HasTrailingSlash), (again.Path, again.HasTrailingSlash));
        }
    }
}
