using System.Text;
using Culvert.Protocol.Http;

namespace Culvert.Tests.Http;

/// <summary>What a good head gives, and that it does not depend on how the bytes came.</summary>
public sealed class RequestHeadTests
{
    public static TheoryData<string> Representative =>
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\nGET /index.html?q=%20 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
        "GET /a.css HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0)\r\n"
            + "Accept: text/css,*/*;q=0.1\r\nAccept-Encoding: gzip, br\r\nCookie: a=b\r\nX-Other:\ta\tb\t\r\n\r\nGET /",
        "GET http://[::1]:80/x HTTP/1.1\r\nhost: [::1]:80\r\nIf-None-Match: \"a\"\r\nIf-None-Match: \"b\"\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nAuthorization:\r\n\r\n",
        "POST /v1/rooms HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close, upgrade\r\nUpgrade: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0",
        "PRI * HTTP/2.0\r\n\r\nSX",
        "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000",
        "GET /a HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\rX: y\r\n\r\n",
        "GET /a#\u0001 HTTP/1.1\r\n\r\n",
        "GET /\u00E9 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
        "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\u0001aaaaaaaa",
        "GET / HTTP/1.1\r\nHost: a\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\nF: 6\r\nG: 7\r\nH: 8\r\nI: 9\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "\t\t\t\t\t\t\t\tabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz"
            + "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz\u0001\t\r\n\r\n",
        "\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Representative))]
    public void Every_split_gives_the_same_result(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var tight = new HttpLimits { MaxLineBytes = 80, MaxHeaderBytes = 160, MaxHeaders = 9 };
        foreach (var limits in new[] { HttpLimits.Default, tight })
        {
            var whole = HeadReading.Of(bytes, limits).Describe();

            for (var cut = 0; cut <= bytes.Length; cut++)
            {
                Assert.Equal(whole, HeadReading.InPieces(bytes, limits, [cut]).Describe());
            }

            Assert.Equal(whole, HeadReading.InPieces(bytes, limits, Enumerable.Range(0, bytes.Length)).Describe());
        }
    }

    [Fact]
    public void Every_remembered_field_is_found_in_any_case()
    {
        foreach (var field in Enum.GetValues<RequestField>().Skip(1))
        {
            var name = WireName(field);
            var value = field switch
            {
                RequestField.ContentLength => "7",
                RequestField.TransferEncoding => "chunked",
                RequestField.Expect => "100-continue",
                _ => "value",
            };
            foreach (var spelled in new[] { name, name.ToLowerInvariant(), name.ToUpperInvariant() })
            {
                var host = field == RequestField.Host ? "" : "Host: a\r\n";
                var text = $"GET / HTTP/1.1\r\n{host}{spelled}:{value}\r\n{spelled}x: no\r\nx{spelled}: no\r\n\r\n";

                var reading = HeadReading.Accepted(text);

                Assert.Equal(value, reading.Text(reading.Head[field]));
                Assert.False(reading.Head.IsRepeated(field));
                Assert.Equal(host.Length > 0 ? 4 : 3, reading.Head.HeaderCount);
            }
        }
    }

    [Fact]
    public void A_name_of_the_same_length_and_letters_is_another_field()
    {
        const string Text = "GET / HTTP/1.1\r\nHost: a\r\nIf-Watch: x\r\nAccepz: x\r\nRangf: x\r\nIf-None-Matchx: x\r\n"
            + "Transfer_Encoding: gzip\r\nContent_Length: x\r\nConteNt^Length: x\r\n\r\n";

        var head = HeadReading.Accepted(Text).Head;

        Assert.Equal(BodyKind.None, head.Body);
        Assert.All(Enum.GetValues<RequestField>().Skip(2), f => Assert.False(head[f].IsPresent));
    }

    [Fact]
    public void A_name_is_found_only_when_each_letter_is_right()
    {
        var token = Enumerable.Range(0, 256).Select(b => (byte)b).Where(HttpCharacters.IsToken).ToArray();
        foreach (var field in Enum.GetValues<RequestField>().Skip(1))
        {
            var name = WireName(field);
            for (var at = 0; at < name.Length; at++)
            {
                foreach (var other in token)
                {
                    var spelled = Encoding.Latin1.GetBytes(name);
                    spelled[at] = other;
                    var isSame = char.ToLowerInvariant((char)other) == char.ToLowerInvariant(name[at]);

                    Assert.Equal(isSame ? field : RequestField.Unknown, FieldNames.Find(spelled));
                }
            }
        }
    }

    [Fact]
    public void An_empty_value_differs_from_none()
    {
        var head = HeadReading.Accepted("GET / HTTP/1.1\r\nHost: a\r\nAccept:\r\nCookie: \t \r\n\r\n").Head;

        Assert.True(head.Accept.IsPresent);
        Assert.Equal(0, head.Accept.Length);
        Assert.True(head.Cookie.IsPresent);
        Assert.Equal(0, head.Cookie.Length);
        Assert.False(head.Referer.IsPresent);
    }

    [Theory]
    [InlineData("If-None-Match", RequestField.IfNoneMatch, true)]
    [InlineData("If-Range", RequestField.IfRange, true)]
    [InlineData("Range", RequestField.Range, true)]
    [InlineData("accept-encoding", RequestField.AcceptEncoding, true)]
    [InlineData("Cookie", RequestField.Cookie, false)]
    [InlineData("X-Forwarded-For", RequestField.XForwardedFor, false)]
    public void A_repeated_field_shows_its_first_value_and_is_marked(string name, RequestField field, bool selects)
    {
        var reading = HeadReading.Accepted($"GET / HTTP/1.1\r\nHost: a\r\n{name}:\r\n{name}: b\r\n\r\n");

        Assert.Equal("", reading.Text(reading.Head[field]));
        Assert.True(reading.Head.IsRepeated(field));
        Assert.False(reading.Head.IsRepeated(RequestField.Accept));
        Assert.Equal(selects, reading.Head.HasRepeatedSelection);
    }

    [Fact]
    public void A_repeated_authorization_is_refused() =>
        HeadReading.Refused(400, "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nauthorization: x\r\n\r\n");

    [Theory]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "Connection: close\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: keep-alive\r\nConnection: Close\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: a,b ,\tCLOSE , c\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: closed\r\n", true)]
    [InlineData("HTTP/1.1", "Connection: ,, keep-alive,\r\n", true)]
    [InlineData("HTTP/1.1", "Connection:\r\n", true)]
    [InlineData("HTTP/1.1", "X-Connection: close\r\n", true)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive\r\n", true)]
    [InlineData("HTTP/1.0", "Connection: keep-alive, close\r\n", false)]
    public void The_connection_is_kept_as_the_client_says(string version, string headers, bool expected) =>
        Assert.Equal(expected, HeadReading.Accepted($"GET / {version}\r\nHost: a\r\n{headers}\r\n").Head.KeepAlive);

    [Fact]
    public void A_head_is_used_again_after_any_result_but_incomplete()
    {
        var head = default(RequestHead);
        var good = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nCookie: x\r\n\r\n"u8;
        var bare = "GET / HTTP/1.0\r\n\r\n"u8;

        Assert.Equal(RequestHeadStatus.Complete, Read(good, ref head));
        Assert.Equal(RequestHeadStatus.Complete, Read(bare, ref head));
        Assert.False(head.Cookie.IsPresent);
        Assert.Equal(BodyKind.None, head.Body);
        Assert.Equal(RequestHeadStatus.Refused, Read("GET / HTTP/1.1\r\nCookie: x\r\n\r\n"u8, ref head));
        Assert.Equal(RequestHeadStatus.Complete, Read(bare, ref head));
        Assert.Equal(RequestHeadStatus.Incomplete, Read("GET / HTTP/1.1\r\nCookie: x\r\n"u8, ref head));
        head.Reset();
        Assert.Equal(RequestHeadStatus.Complete, Read(bare, ref head));
        Assert.False(head.Cookie.IsPresent);
    }

    [Fact]
    public void A_shorter_buffer_than_before_is_the_callers_mistake()
    {
        var head = default(RequestHead);
        Read("GET / HTTP/1.1\r\nHost: a"u8, ref head);

        var thrown = Record.Exception(() => Read("GET / HTTP/1.1\r\n"u8, ref head));

        Assert.IsType<ArgumentException>(thrown);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var bad = "GET /%20 HTTP/1.1\r\nHost: [::1]:1\r\nTransfer-Encoding: a, chunked\r\n\r\n"u8;
        var good = "POST /a HTTP/1.1\r\nHost: a.b:1\r\nConnection: a, close\r\nTransfer-Encoding: chunked\r\n\r\n"u8;
        var head = default(RequestHead);
        var allocated = 0L;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                Read(bad, ref head);
                Read(good, ref head);
                new BodyScanner(head, HttpLimits.Default).Scan("5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n"u8, out _);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Limits_outside_of_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpLimits { MaxLineBytes = 63 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpLimits { MaxHeaderBytes = (1 << 24) + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpLimits { MaxHeaders = 0 });
    }

    private static RequestHeadStatus Read(ReadOnlySpan<byte> bytes, ref RequestHead head) =>
        RequestHeadReader.Read(bytes, HttpLimits.Default, ref head, out _);

    /// <summary>A field's name as it is written: a hyphen before each capital but the first.</summary>
    private static string WireName(RequestField field) =>
        string.Concat(field.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? $"-{c}" : $"{c}"));
}
