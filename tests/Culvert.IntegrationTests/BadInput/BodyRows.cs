using static Culvert.IntegrationTests.BadInput.BadRequest;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Rows 53 to 64, and 70 and 71: bodies, what announces them, and early ends.</summary>
internal static class BodyRows
{
    private static readonly string[] Lengths =
    [
        "abc", "-1", "5,5", "5, 5", "1180591620717411303424", "9223372036854775808", "0x5", "", "5 5", "5;", "1e3",
        "5.0",
        "\u00b2", "99999999999999999999999999999999999999999999999999",
    ];

    private static readonly string[] Encodings =
    [
        "identity", "chunked, identity", "xchunked", "chunked, chunked", "chunked,chunked", "", ", chunked", "chunked,",
        "chunked;q=1", "\"chunked\"", "chunked\r\nTransfer-Encoding: chunked", "chunked\r\nTransfer-Encoding: identity",
        "identity\r\nTransfer-Encoding: chunked", "gzip", "chunked gzip", "\u00a0chunked", "chunked, gzip",
    ];

    private static readonly string[] Chunks =
    [
        "x\r\nhello\r\n", "-5\r\nhello\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n", " 5\r\nhello\r\n",
        "5 \r\nhello\r\n",
        "\r\nhello\r\n", "5\nhello\r\n", "fffffffffffffffff\r\nhello\r\n", "8000000000000000\r\nhello\r\n",
        "00000000000000005\r\nhello\r\n", "5\r\nhelloX\r\n", "5\r\nhello\n", "5\r\nhello0\r\n", "5_0\r\nhello\r\n",
        $"5;{new string('a', 300)}\r\nhello\r\n", "0\r\nbad trailer\r\n\r\n", "0\r\n\n", "0\n\n",
        "0\r\nX: a\nY: b\r\n\r\n",
        "0\r\nX : a\r\n\r\n", "0\r\n X: a\r\n\r\n",
    ];

    private static readonly string[] Extensions =
    [
        "5;a\nb\r\nhello\r\n", "5;a\rb\r\nhello\r\n", "5;\nhello\r\n", "5;a=\"\n\"\r\nhello\r\n", "5;\0\r\nhello\r\n",
        "5\r;\nhello\r\n",
    ];

    public static IReadOnlyList<BadRow> All { get; } =
    [
        new(53, "Content-Length that is no number",
        [
            .. Refused(400, Lengths.Select(n => With($"Content-Length: {n}", "hello"))),
            .. Refused(400, Lengths.Select(n => Publish($"Content-Length: {n}", "hello"))),
        ]),
        new(54, "Content-Length with a sign or zeros",
        [
            .. Refused(400, With("Content-Length: +5", "hello"), With("Content-Length: -0"),
                Publish("Content-Length: +5", "12345")),
            .. Served(With("Content-Length: 00005", "hello"), With("Content-Length: 0"), With("Content-Length: 000")),
            .. Denied(201, Publish("Content-Length: 00010", "{\"data\":1}")).Select(r => r with { Part = "\"seq\"" }),
        ]),
        new(55, "two Content-Lengths",
        [
            .. Refused(400, With("Content-Length: 5\r\nContent-Length: 5", "hello"),
                With("Content-Length: 5\r\nContent-Length: 6")),
            .. Refused(400, Publish("Content-Length: 5\r\nX: y\r\ncontent-length: 5", "12345")),
        ]),
        new(56, "Content-Length + Transfer-Encoding",
        [
            .. Refused(400, With("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
            .. Refused(400, With("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")),
            .. Refused(400, Publish("Transfer-Encoding: chunked\r\nContent-Length: 0", "0\r\n\r\n")),
            .. Refused(400, Publish("Content-Length: 6\r\nTransfer-Encoding: Chunked", "0\r\n\r\nG")),
        ]),
        new(57, "Transfer-Encoding that is not chunked alone",
        [
            .. Refused(400, Encodings.Select(e => With($"Transfer-Encoding: {e}", "0\r\n\r\n"))),
            .. Refused(400, Encodings.Select(e => Publish($"Transfer-Encoding: {e}", "0\r\n\r\n"))),

            // Well formed, and not known here (RFC 9112 §6.1).
            .. Refused(501, With("Transfer-Encoding: gzip, chunked"), Publish("Transfer-Encoding: gzip, chunked")),
        ]),
        new(58, "Transfer-Encoding in HTTP/1.0",
        [
            .. Refused(400, $"GET {Site.Page} HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            .. Refused(400, "POST /v1/session HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ]),
        new(59, "bad chunk size, end or trailer", Broken(Chunks)),
        new(60, "LF or CR in a chunk extension", Broken(Extensions)),
        new(61, "GET with a body",
        [
            .. Served(With("Content-Length: 5", "hello"), With("Transfer-Encoding: chunked",
                "5\r\nhello\r\n0\r\n\r\n")),
            .. Served(With("Content-Length: 65536", new string('a', 65536))),
            .. Served(With("Content-Length: 70000", new string('a', 70000))).Select(r => r with { Closes = true }),
            .. Served(With($"Content-Length: {Site.Smuggled.Length}", Site.Smuggled)),
        ]),
        new(62, "body longer than allowed",
        [
            .. Refused(405, Post("Content-Length: 10000000000"), Post($"Content-Length: {long.MaxValue}", "hello")),
            .. Refused(413, Publish("Content-Length: 10000000000"), Publish($"Content-Length: {long.MaxValue}", "1"))
                .Concat(Refused(413, Publish("Transfer-Encoding: chunked", $"180000\r\n{TooMuch}\r\n0\r\n\r\n")))
                .Select(r => r with { SaysClose = false }),
        ]),
        new(63, "Expect: 100-continue",
        [
            .. Refused(405, Post("Expect: 100-continue\r\nContent-Length: 5"),
                Post("Expect: 100-Continue\r\nTransfer-Encoding: chunked")),
            .. Served(With("Expect: 100-continue\r\nContent-Length: 5")).Select(r => r with { Closes = true }),
            .. Served(With("Expect: 100-continue")),
            .. Refused(413, Publish("Expect: 100-continue\r\nContent-Length: 10000000000"))
                .Select(r => r with { SaysClose = false }),
        ]),
        new(64, "unknown Expect",
        [
            .. Refused(417, With("Expect: x"), With("Expect: 100-continue, x"), With("Expect: 200-ok"),
                With("Expect:")),
            .. Refused(417, Publish("Expect: x\r\nContent-Length: 5", "12345")),
        ]),
        new(70, "request cut by the end",
        [
            .. Refused(400, "GET /pa", "G", $"GET {Site.Page} HTTP/1.1\r\nHos",
                $"GET {Site.Page} HTTP/1.1\r\nHost: a\r\n")
                .Concat(Refused(400, $"GET {Site.Page} HTTP/1.1\r", $"GET {Site.Page} HTTP/1.1\r\nHost: a\r\n\r"))
                .Select(r => r with { EndsSending = true }),
        ]),
        new(71, "request, then the end of one side",
        [
            .. Served(Get(Site.Page), $"GET {Site.Page} HTTP/1.0\r\n\r\n", With("Content-Length: 5", "hello"))
                .Concat(Denied(404, Get("/missing")))
                .Concat(Denied(200, Get("/healthz")).Select(r => r with { Part = "" }))
                .Concat(Denied(401, Get("/v1/me")))
                .Concat(Denied(201, Publish("Content-Length: 10", "{\"data\":1}"))
                    .Select(r => r with { Part = "\"seq\"" }))
                .Select(r => r with { EndsSending = true, Closes = true, SaysClose = false }),
        ]),
    ];

    private static string TooMuch => new('1', 0x180000);

    /// <summary>
    /// The application is told, and refuses. For a file the answer is out before its body is looked at; then the
    /// connection ends.
    /// </summary>
    private static IReadOnlyList<BadRequest> Broken(string[] bodies)
    {
        var followed = bodies.Select(b => b + Get("/smuggled.txt")).ToList();
        return
        [
            .. Refused(400, followed.Select(b => Publish("Transfer-Encoding: chunked", b)))
                .Concat(Refused(405, followed.Select(b => Post("Transfer-Encoding: chunked", b))))
                .Concat(Refused(200, followed.Select(b => With("Transfer-Encoding: chunked", b))))
                .Select(r => r with { SaysClose = false }),
        ];
    }

    private static string Post(string lines, string body = "") =>
        $"POST {Site.Page} HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n{body}";
}
