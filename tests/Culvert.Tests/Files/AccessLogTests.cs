using System.Net;
using System.Text;
using Culvert.Server.Files;

namespace Culvert.Tests.Files;

public sealed class AccessLogTests
{
    [Fact]
    public void A_line_says_who_asked_for_what_and_what_came_of_it()
    {
        var line = AccessLog.LineOf(new AccessEntry
        {
            Address = IPAddress.Parse("192.0.2.1"),
            Method = "GET"u8,
            Target = "/a.txt?token=secret"u8,
            Status = 200,
            BodyBytes = 123,
            Duration = TimeSpan.FromMicroseconds(4500),
            Referer = "http://h/x?y"u8,
            UserAgent = "curl/8"u8,
        });

        Assert.Equal("192.0.2.1 - - \"GET /a.txt?\" 200 123 \"http://h/x?\" \"curl/8\" 4.5ms", line);
    }

    [Theory]
    [InlineData("/a\r\n192.0.2.9 - -", "/a\\x0D\\x0A192.0.2.9 - -")]
    [InlineData("/a\" 200 1 \"", "/a\\x22 200 1 \\x22")]
    [InlineData("/\u001b[31m\\é\u007f", "/\\x1B[31m\\x5C\\xE9\\x7F")]
    public void What_a_peer_sends_stays_in_its_field(string sent, string shown)
    {
        var bytes = Encoding.Latin1.GetBytes(sent);

        var line = AccessLog.LineOf(Entry(bytes));

        Assert.Equal($"- - - \"GET {shown}\" 400 0 \"{shown}\" \"{shown}\" 0.0ms", line);
    }

    [Fact]
    public void A_line_has_a_longest_length()
    {
        var line = AccessLog.LineOf(Entry(new byte[100_000]));

        Assert.InRange(line.Length, 1, 8000);
        Assert.Contains("\\x00...\"", line, StringComparison.Ordinal);
    }

    private static AccessEntry Entry(byte[] sent) => new()
    {
        Address = null,
        Method = "GET"u8,
        Target = sent,
        Status = 400,
        BodyBytes = 0,
        Duration = default,
        Referer = sent,
        UserAgent = sent,
    };
}
