using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.Protocol.Http;

namespace Culvert.Tests.Http;

/// <summary>Rows 59 and 60 of the table of bad input, and where a body ends.</summary>
public sealed class BodyScannerTests(ITestOutputHelper output)
{
    private const string Next = "GET / HTTP/1.1\r\n";

    private static readonly HttpLimits Tight = new() { MaxHeaderBytes = 64, MaxHeaders = 3 };

    // The whole framing as one expression; the size of a chunk is compared by hand, since no expression can.
    private static readonly Regex Line = new(
        @"\G(?<size>[0-9A-Fa-f]{1,16})(?<extension>;[^\x00-\x08\x0A-\x1F\x7F]{0,255})?\r\n",
        RegexOptions.CultureInvariant);

    private static readonly Regex Trailers = new(
        @"\G(?<line>[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\x00-\x08\x0A-\x1F\x7F]*\r\n)*\r\n", RegexOptions.CultureInvariant);

    public static TheoryData<string> GoodBodies =>
    [
        "0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\r\n",
        "5;a=b;c=\"d e\"\r\nhello\r\n00\r\n\r\n",
        "5;\r\nhello\r\n000000000000000A\r\n0123456789\r\n0;x\r\n\r\n",
        "a\r\n\r\n0\r\n\r\n\r\n0\r\n0\r\n\r\n",
        "1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n",
        "0\r\nX-Sum:\t\u00E9 \r\n\r\n",
        "5;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nhello\r\n0\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(GoodBodies))]
    public void A_chunked_body_ends_where_it_says(string body)
    {
        var scanner = Chunked(HttpLimits.Default);

        var taken = scanner.Scan(Encoding.Latin1.GetBytes(body + Next), out var state);

        Assert.Equal(BodyState.Ended, state);
        Assert.Equal(body.Length, taken);
        Assert.Equal(0, scanner.Scan("GET"u8, out state));
        Assert.Equal(BodyState.Ended, state);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("x\r\n")]
    [InlineData("-5\r\nhello\r\n")]
    [InlineData("+5\r\nhello\r\n")]
    [InlineData("0x5\r\nhello\r\n")]
    [InlineData(" 5\r\nhello\r\n")]
    [InlineData("5 \r\nhello\r\n")]
    [InlineData("5 ;a\r\nhello\r\n")]
    [InlineData("5\t\r\nhello\r\n")]
    [InlineData("5g\r\nhello\r\n")]
    [InlineData(";a\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("00000000000000005\r\nhello\r\n")]
    [InlineData("10000000000000000\r\n")]
    [InlineData("5\nhello\r\n")]
    [InlineData("5\rhello\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r0\r\n\r\n")]
    [InlineData("5\r\nhellox\r\n0\r\n\r\n")]
    [InlineData("5\r\nhell\r\n0\r\n\r\n")]
    public void Row59_a_bad_chunk_is_refused(string body) => Refused(body);

    [Theory]
    [InlineData(255, BodyState.Ended)]
    [InlineData(256, BodyState.Bad)]
    [InlineData(100_000, BodyState.Bad)]
    public void Row59_a_huge_extension_is_refused(int behindSemicolon, BodyState expected)
    {
        var body = "1;" + new string('a', behindSemicolon) + "\r\nx\r\n0\r\n\r\n";

        Chunked(HttpLimits.Default).Scan(Encoding.Latin1.GetBytes(body), out var state);

        Assert.Equal(expected, state);
    }

    [Theory]
    [InlineData("5;a\nhello\r\n0\r\n\r\n")]
    [InlineData("5;\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\rhello\r\n0\r\n\r\n")]
    [InlineData("5;a\r\rhello\r\n0\r\n\r\n")]
    [InlineData("5;a\u0000\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\u001B\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\u007F\r\nhello\r\n0\r\n\r\n")]
    public void Row60_a_control_character_in_an_extension_is_refused(string body) => Refused(body);

    [Theory]
    [InlineData("0\r\n X: y\r\n\r\n")]
    [InlineData("0\r\nX y\r\n\r\n")]
    [InlineData("0\r\nX : y\r\n\r\n")]
    [InlineData("0\r\n: y\r\n\r\n")]
    [InlineData("0\r\nX: y\n\r\n")]
    [InlineData("0\r\nX: y\r\n z\r\n\r\n")]
    [InlineData("0\r\nX: \u0001\r\n\r\n")]
    [InlineData("0\r\nX: y\r\n\n")]
    [InlineData("0\r\n\n")]
    [InlineData("0\r\n\rx")]
    [InlineData("0\r\n0\r\n")]
    [InlineData("0\r\nGET / HTTP/1.1\r\n")]
    public void A_bad_trailer_is_refused(string body) => Refused(body);

    [Theory]
    [InlineData("0\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", BodyState.Ended)]
    [InlineData("0\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", BodyState.Bad)]
    [InlineData("0\r\nA: 123456789012345678901234567890123456789012345678901234567\r\n\r\n", BodyState.Ended)]
    [InlineData("0\r\nA: 1234567890123456789012345678901234567890123456789012345678\r\n\r\n", BodyState.Bad)]
    public void Trailers_have_the_limits_of_headers(string body, BodyState expected)
    {
        Chunked(Tight).Scan(Encoding.Latin1.GetBytes(body), out var state);

        Assert.Equal(expected, state);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public void A_body_with_a_length_ends_at_it(int length)
    {
        var head = HeadReading.Of($"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n").Head;
        var bytes = new byte[length + 10];
        for (var cut = 0; cut < length; cut++)
        {
            var scanner = new BodyScanner(head, HttpLimits.Default);

            Assert.Equal(cut, scanner.Scan(bytes.AsSpan(0, cut), out var state));
            Assert.Equal(BodyState.More, state);
            Assert.Equal(length - cut, scanner.Scan(bytes.AsSpan(cut), out state));
            Assert.Equal(BodyState.Ended, state);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Length: 0\r\n")]
    public void Without_a_body_the_end_is_at_once(string header)
    {
        var head = HeadReading.Of($"PUT / HTTP/1.1\r\nHost: a\r\n{header}\r\n").Head;
        var scanner = new BodyScanner(head, HttpLimits.Default);

        Assert.Equal(0, scanner.Scan("x"u8, out var state));
        Assert.Equal(BodyState.Ended, state);
        Assert.Equal(0, default(BodyScanner).Scan("x"u8, out state));
        Assert.Equal(BodyState.Ended, state);
    }

    [Fact]
    public void Every_split_of_every_body_agrees_with_the_grammar()
    {
        foreach (var text in GoodBodies.Select(row => row.Data + Next))
        {
            for (var cut = 0; cut <= text.Length; cut++)
            {
                Agree(text, [cut]);
                Agree(text[..cut], []);
            }

            Agree(text, Enumerable.Range(0, text.Length));
        }
    }

    [Fact]
    public void Damaged_bodies_agree_with_the_grammar()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CULVERT_TEST_SEED"), out var given) ? given : 9112;
        output.WriteLine($"CULVERT_TEST_SEED={seed}");
        var random = new Random(seed);
        var good = GoodBodies.Select(row => row.Data).ToArray();
        const string Bytes = "\r\n\r\n;;00159afAFg: \t\u0000\u0001\u007F\u00E9";
        for (var round = 0; round < 50_000; round++)
        {
            var text = new StringBuilder(good[random.Next(good.Length)] + Next);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(3) switch
                {
                    0 => text.Remove(at, 1),
                    1 => text.Insert(at, Bytes[random.Next(Bytes.Length)]),
                    _ => text.Replace(text[at], Bytes[random.Next(Bytes.Length)], at, 1),
                };
            }

            Agree(text.ToString(), [random.Next(text.Length + 1)]);
        }
    }

    private static BodyScanner Chunked(HttpLimits limits) =>
        new(HeadReading.Of("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").Head, limits);

    private static void Refused(string body)
    {
        var scanner = Chunked(HttpLimits.Default);

        var taken = scanner.Scan(Encoding.Latin1.GetBytes(body), out var state);

        Assert.Equal(BodyState.Bad, state);
        Assert.InRange(taken, 0, body.Length - 1);
        Assert.Equal(0, scanner.Scan("0\r\n\r\n"u8, out state));
        Assert.Equal(BodyState.Bad, state);
    }

    private static void Agree(string text, IEnumerable<int> cuts)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var scanner = Chunked(HttpLimits.Default);
        var state = BodyState.More;
        var taken = 0;
        foreach (var cut in cuts.Append(bytes.Length))
        {
            if (state == BodyState.More)
            {
                taken += scanner.Scan(bytes.AsSpan(taken, cut - taken), out state);
            }
        }

        var end = EndOf(text);
        Assert.True(state == BodyState.Ended == end >= 0, $"{state}, {end}: {text}");
        Assert.True(end < 0 || taken == end, $"{taken}, {end}: {text}");
    }

    /// <summary>Where a whole body ends, or -1 when there is none at the start of the text.</summary>
    private static int EndOf(string text)
    {
        var at = 0;
        while (Line.Match(text, at) is { Success: true } line)
        {
            at += line.Length;
            var size = ulong.Parse(line.Groups["size"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return Trailers.Match(text, at) is { Success: true } trailers ? at + trailers.Length : -1;
            }

            if (size > (ulong)(text.Length - at))
            {
                return -1;
            }

            at += (int)size;
            if (!text[at..].StartsWith("\r\n", StringComparison.Ordinal))
            {
                return -1;
            }

            at += 2;
        }

        return -1;
    }
}
