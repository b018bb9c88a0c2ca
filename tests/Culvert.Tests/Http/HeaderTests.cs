using Culvert.Protocol.Http;

namespace Culvert.Tests.Http;

/// <summary>Rows 41 to 58, 63, 64 and 74 of the table of bad input: what the header lines may be.</summary>
public sealed class HeaderTests
{
    private const string Get = "GET / HTTP/1.1\r\n";
    private const string GetHost = Get + "Host: a\r\n";
    private const string Post = "POST / HTTP/1.1\r\nHost: a\r\n";

    [Theory]
    [InlineData(Get + "\r\n")]
    [InlineData(Get + "Accept: */*\r\n\r\n")]
    [InlineData(Get + "Hos: a\r\nHosts: a\r\n\r\n")]
    public void Row41_a_missing_host_is_refused(string text) => HeadReading.Refused(400, text);

    [Theory]
    [InlineData("Host: a\r\nHost: a\r\n")]
    [InlineData("Host: a\r\nX: y\r\nhOST: b\r\n")]
    public void Row42_two_hosts_are_refused(string headers) => HeadReading.Refused(400, Get + headers + "\r\n");

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("a?b")]
    [InlineData("a:")]
    [InlineData(":80")]
    [InlineData("a:8x")]
    [InlineData("a:-1")]
    [InlineData("a:65536")]
    [InlineData("a:000080")]
    [InlineData("a:1:2")]
    [InlineData("::1")]
    [InlineData("[]")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[::1]:")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[::1%25eth0]")]
    [InlineData("[1:2]")]
    [InlineData("[::g]")]
    [InlineData("http://a")]
    [InlineData("<a>")]
    [InlineData("a%20b")]
    [InlineData("a,b")]
    [InlineData("a;b")]
    [InlineData("a*")]
    [InlineData("a=b")]
    [InlineData("\u00E9")]
    [InlineData("a\\b")]
    [InlineData("\"a\"")]
    public void Row43_a_bad_host_is_refused(string host) => HeadReading.Refused(400, $"{Get}Host: {host}\r\n\r\n");

    [Theory]
    [InlineData("a")]
    [InlineData("example.com:443")]
    [InlineData("127.0.0.1:65535")]
    [InlineData("[::1]")]
    [InlineData("[2001:DB8::1]:8080")]
    [InlineData("[::ffff:1.2.3.4]")]
    [InlineData("my_host-1.example")]
    [InlineData("xn--bcher-kva.example")]
    public void Row43_a_good_host_is_accepted(string host)
    {
        var reading = HeadReading.Accepted($"{Get}HOST:\t {host} \t\r\n\r\n");

        Assert.Equal(host, reading.Text(reading.Head.Host));
    }

    [Fact]
    public void Row44_http_1_0_needs_no_host() =>
        Assert.False(HeadReading.Accepted("GET / HTTP/1.0\r\n\r\n").Head.Host.IsPresent);

    [Theory]
    [InlineData("nocolon")]
    [InlineData("no colon")]
    [InlineData(":")]
    [InlineData(": value")]
    public void Row45_a_line_without_name_or_colon_is_refused(string line) =>
        HeadReading.Refused(400, GetHost + line + "\r\n\r\n");

    [Theory]
    [InlineData("Accept : a")]
    [InlineData("Accept\t: a")]
    [InlineData("Content-Length : 5")]
    [InlineData("Transfer-Encoding  : chunked")]
    public void Row46_white_space_before_the_colon_is_refused(string line)
    {
        var reading = HeadReading.Refused(400, GetHost + line + "\r\n\r\n");

        Assert.Contains("colon", reading.Refusal.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X: a\r\n b\r\n")]
    [InlineData("X: a\r\n\tb\r\n")]
    [InlineData(" X: a\r\n")]
    [InlineData("X: a\r\n \r\n")]
    [InlineData("Transfer-Encoding:\r\n chunked\r\n")]
    public void Row47_a_folded_line_is_refused(string lines)
    {
        HeadReading.Refused(400, GetHost + lines + "\r\n");
        HeadReading.Refused(400, Get + " Host: a\r\n\r\n");
    }

    [Theory]
    [InlineData("Fo(o: x")]
    [InlineData("Fo o: x")]
    [InlineData("Fo/o: x")]
    [InlineData("Fo@o: x")]
    [InlineData("\"Foo\": x")]
    [InlineData("F\u00F6o: x")]
    [InlineData("Fo\u0000o: x")]
    [InlineData("Foo[]: x")]
    [InlineData("{Foo: x")]
    public void Row48_a_bad_byte_in_a_name_is_refused(string line) =>
        HeadReading.Refused(400, GetHost + line + "\r\n\r\n");

    [Fact]
    public void Row48_every_byte_of_a_token_may_stand_in_a_name() =>
        HeadReading.Accepted(GetHost + "!#$%&'*+-.^_`|~09azAZ: x\r\nx:\r\ny: :\r\n\r\n");

    [Fact]
    public void Row49_control_characters_in_a_value_are_refused()
    {
        foreach (var value in Enumerable.Range(0, 32).Append(0x7F).Except(['\t']))
        {
            HeadReading.Refused(400, $"{GetHost}X: a{(char)value}b\r\n\r\n");
            HeadReading.Refused(400, $"{GetHost}X: {(char)value}\r\n\r\n");
            HeadReading.Refused(400, $"{GetHost}X: {new string('a', 100)}{(char)value}\r\n\r\n");
        }
    }

    [Fact]
    public void Row49_a_tab_in_a_value_is_accepted()
    {
        var reading = HeadReading.Accepted(GetHost + "User-Agent:\ta\tb\t\r\nX:\t\r\n\r\n");

        Assert.Equal("a\tb", reading.Text(reading.Head.UserAgent));
    }

    [Fact]
    public void Row50_bytes_outside_ascii_in_a_value_are_opaque()
    {
        var value = string.Concat(Enumerable.Range(0x80, 0x80).Select(b => (char)b));

        var reading = HeadReading.Accepted($"{GetHost}Referer: {value}\r\n\r\n");

        Assert.Equal(value, reading.Text(reading.Head.Referer));
    }

    [Theory]
    [InlineData(32 * 1024, true)]
    [InlineData((32 * 1024) + 1, false)]
    [InlineData(40 * 1024, false)]
    [InlineData(1 << 20, false)]
    public void Row51_headers_over_the_limit_are_too_large(int headerBytes, bool accepted)
    {
        var one = $"{GetHost}X: {new string('a', headerBytes - "Host: a\r\nX: \r\n\r\n".Length)}\r\n\r\n";
        var many = GetHost + string.Concat(Enumerable.Repeat($"X:{new string('\t', 1020)}\r\n", 32)) + "\r\n";

        _ = accepted ? HeadReading.Accepted(one) : HeadReading.Refused(431, one);
        HeadReading.Refused(431, many);
    }

    [Fact]
    public void Row51_a_header_over_the_limit_is_refused_before_it_ends() =>
        HeadReading.Refused(431, $"{GetHost}X: {new string('a', 32 * 1024)}");

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Row52_too_many_headers_are_refused(int count, bool accepted)
    {
        var text = GetHost + string.Concat(Enumerable.Repeat("X: y\r\n", count - 1)) + "\r\n";

        _ = accepted ? HeadReading.Accepted(text) : HeadReading.Refused(431, text);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("5,5")]
    [InlineData("5, 5")]
    [InlineData("5 5")]
    [InlineData("1180591620717411303424")]
    [InlineData("9223372036854775808")]
    [InlineData("0x5")]
    [InlineData("5a")]
    [InlineData("5.0")]
    [InlineData("1e3")]
    [InlineData("+5")]
    [InlineData("-0")]
    [InlineData("+0")]
    [InlineData("\u0660")]
    [InlineData("5;")]
    public void Row53_and_54_a_length_that_is_no_number_is_refused(string length) =>
        HeadReading.Refused(400, $"{Post}Content-Length: {length}\r\n\r\n");

    [Theory]
    [InlineData("5", 5)]
    [InlineData("0", 0)]
    [InlineData("00", 0)]
    [InlineData("0005", 5)]
    [InlineData("0000000000000000000000000000000000000005", 5)]
    [InlineData(" 5\t", 5)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Row54_leading_zeros_are_good(string length, long expected)
    {
        var head = HeadReading.Accepted($"{Post}Content-Length:{length}\r\n\r\n").Head;

        Assert.Equal(expected, head.ContentLength);
        Assert.Equal(expected > 0 ? BodyKind.Length : BodyKind.None, head.Body);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n")]
    [InlineData("Content-Length: 5\r\nX: y\r\ncontent-length: 6\r\n")]
    [InlineData("Content-Length: 0\r\nCONTENT-LENGTH: 0\r\n")]
    public void Row55_two_lengths_are_refused(string headers) => HeadReading.Refused(400, Post + headers + "\r\n");

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")]
    [InlineData("transfer-encoding: CHUNKED\r\nX: y\r\ncontent-length: 0\r\n")]
    public void Row56_content_length_with_transfer_encoding_is_refused(string headers) =>
        HeadReading.Refused(400, Post + headers + "\r\n");

    [Theory]
    [InlineData("gzip", 400)]
    [InlineData("identity", 400)]
    [InlineData("xchunked", 400)]
    [InlineData("chunkedx", 400)]
    [InlineData("chunked x", 400)]
    [InlineData("\"chunked\"", 400)]
    [InlineData("chunked;a=b", 400)]
    [InlineData("chunked, chunked", 400)]
    [InlineData("chunked, gzip", 400)]
    [InlineData("chunked, gzip, chunked", 400)]
    [InlineData("chunked,", 400)]
    [InlineData(", chunked", 400)]
    [InlineData("", 400)]
    [InlineData("gzip, chunked", 501)]
    [InlineData("gzip;q=1,deflate, Chunked", 501)]
    [InlineData("identity, chunked", 501)]
    [InlineData("gz ip, chunked", 400)]
    [InlineData("\u00E9, chunked", 400)]
    [InlineData("chunked\r\nTransfer-Encoding: chunked", 400)]
    [InlineData("gzip, chunked\r\nTransfer-Encoding: chunked", 501)]
    [InlineData("\u000Bchunked", 400)]
    public void Row57_anything_but_one_final_chunked_is_refused(string coding, int status) =>
        HeadReading.Refused(status, $"{Post}Transfer-Encoding: {coding}\r\n\r\n");

    [Theory]
    [InlineData("chunked")]
    [InlineData("CHUNKED")]
    [InlineData("\tChunked ")]
    public void Row57_chunked_is_accepted(string coding)
    {
        var head = HeadReading.Accepted($"{Post}Transfer-Encoding:{coding}\r\n\r\n").Head;

        Assert.Equal(BodyKind.Chunked, head.Body);
        Assert.Equal(0, head.ContentLength);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n")]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    public void Row58_transfer_encoding_in_http_1_0_is_refused(string headers) =>
        HeadReading.Refused(400, $"POST / HTTP/1.0\r\nHost: a\r\n{headers}\r\n");

    [Theory]
    [InlineData("HTTP/1.1", "100-continue", true)]
    [InlineData("HTTP/1.1", "100-Continue", true)]
    [InlineData("HTTP/1.1", "100-continue\r\nExpect: 100-continue", true)]
    [InlineData("HTTP/1.0", "100-continue", false)]
    public void Row63_an_expected_100_is_told(string version, string value, bool expected)
    {
        var text = $"PUT / {version}\r\nHost: a\r\nContent-Length: 5\r\nExpect: {value}\r\n\r\n";

        Assert.Equal(expected, HeadReading.Accepted(text).Head.Expects100);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("100-continue, x")]
    [InlineData("100-continued")]
    [InlineData("100")]
    [InlineData("100-continue\r\nExpect: x")]
    public void Row64_another_expectation_fails(string value) =>
        HeadReading.Refused(417, $"{Post}Expect: {value}\r\n\r\n");

    [Theory]
    [InlineData("HTTP/1.1", "Connection: upgrade\r\nUpgrade: foo\r\n", true)]
    [InlineData("HTTP/1.1", "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n", true)]
    [InlineData("HTTP/1.1", "Connection: close\r\nConnection: x ,UPGRADE\r\nUpgrade: h2c\r\n", true)]
    [InlineData("HTTP/1.1", "Upgrade: foo\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: upgrade\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: upgrade\r\nUpgrade:\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: upgrades\r\nUpgrade: foo\r\n", false)]
    [InlineData("HTTP/1.0", "Connection: upgrade\r\nUpgrade: foo\r\n", false)]
    public void Row74_an_upgrade_is_told_and_never_an_error(string version, string headers, bool expected) =>
        Assert.Equal(expected, HeadReading.Accepted($"GET / {version}\r\nHost: a\r\n{headers}\r\n").Head.HasUpgrade);
}
