using static Culvert.IntegrationTests.BadInput.BadRequest;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Rows 41 to 52: the header lines.</summary>
internal static class HeaderRows
{
    public static IReadOnlyList<BadRow> All { get; } =
    [
        new(41, "Host missing",
        [
            .. Refused(400, $"GET {Site.Page} HTTP/1.1\r\n\r\n", $"GET {Site.Page} HTTP/1.1\r\nX: y\r\n\r\n"),
            .. Refused(400, "GET /v1/me HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n"),
        ]),
        new(42, "two Hosts", [.. Refused(400, With("Host: a"), With("Host: b"), With("hOST: a"),
            With("X: y\r\nHost:"))]),
        new(43, "Host empty or with bad characters",
        [
            .. Refused(400, Host("a b"), Host(""), Host(" "), Host("a/b"), Host("a@b"), Host("a,b"), Host("[::1")),
            .. Refused(400, Host("a:99999"), Host("\u00e9"), Host("a:"), Host(":80"), Host("a:b"), Host("a?"),
                Host("a\\b")),
            .. Served(Host("a:80"), Host("127.0.0.1:1"), Host("[::1]:80"), Host("  a\t"), Host("xn--a.example.")),
        ]),
        new(44, "HTTP/1.0 without Host",
        [
            .. Served($"GET {Site.Page} HTTP/1.0\r\n\r\n").Select(r => r with { Closes = true }),
            .. Served($"GET {Site.Page} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                .Select(r => r with { Headers = ["Connection: keep-alive"] }),
            .. Denied(401, "GET /v1/me HTTP/1.0\r\n\r\n").Select(r => r with { Closes = true }),
        ]),
        new(45, "header without colon", [.. Refused(400, With("X"), With("X y"), With("=;,"), With("Host"))]),
        new(46, "white space before the colon",
        [
            .. Refused(400, With("X : a"), With("X\t: a"), With("Content-Length : 5", "hello")),
            .. Refused(400, $"GET {Site.Page} HTTP/1.1\r\nHost : a\r\n\r\n", With("Transfer-Encoding : chunked",
                "0\r\n\r\n")),
        ]),
        new(47, "folded header",
        [
            .. Refused(400, With("X: a\r\n b"), With("X: a\r\n\tb"), With("X:\r\n a"), With("X: a\r\n ")),
            .. Refused(400, $"GET {Site.Page} HTTP/1.1\r\n Host: a\r\n\r\n"),
            .. Refused(400, With("Transfer-Encoding:\r\n chunked", "0\r\n\r\n")),
        ]),
        new(48, "bad bytes in a header's name",
        [
            .. Refused(400, With("Fo(o: x"), With("F\u00e9: x"), With(": x"), With("A B: c"), With("X\"y: z")),
            .. Refused(400, With("X\0: y"), With("X\u0001: y"), With("{X}: y"), With("X/Y: z"), With("X@: y"),
                With("\u007f: y")),
        ]),
        new(49, "control characters in a header's value", [.. Refused(400, Controls.Select(c => With($"X: a{c}b")))]),
        new(50, "bytes outside ASCII in a header's value",
        [
            .. Served(With("X: \u00e9"), With("X: \u00c3\u00a9"), With("User-Agent: \u00ff\u00fe"),
                With("Referer: \u0080")),
            .. Denied(401, ApiWith("X: \u00c3\u00a9"), ApiWith("X: \u00ff"), ApiWith("User-Agent: \u00e9")),
            .. Denied(200,
                $"GET /healthz HTTP/1.1\r\nHost: a\r\nUser-Agent: \u00ff\r\n\r\n").Select(r => r with { Part = "" }),
        ]),
        new(51, "header too long",
        [
            .. Refused(431, With($"X: {new string('a', 40 * 1024)}"), With($"Cookie: {new string('a', 33 * 1024)}")),
            .. Refused(431, With($"{new string('a', 40 * 1024)}: x"), ApiWith($"X: {new string('a', 40 * 1024)}")),
            .. Refused(431, With($"X: {new string('a', 200 * 1024)}")),
            .. Served(With($"X: {new string('a', 30 * 1024)}")),
        ]),
        new(52, "too many headers",
        [
            .. Refused(431, With(Lines(100)), With(Lines(2000)), ApiWith(Lines(100)), With(Lines(200))),
            .. Served(With(Lines(99))),
        ]),
    ];

    private static IEnumerable<char> Controls =>
        Enumerable.Range(0, 32).Append(0x7F).Select(c => (char)c).Where(c => c != '\t');

    private static string Lines(int count) => string.Join("\r\n", Enumerable.Range(0, count).Select(i => $"X-{i}: y"));

    private static string Host(string host) => $"GET {Site.Page} HTTP/1.1\r\nHost: {host}\r\n\r\n";

    private static string ApiWith(string lines) => $"GET /v1/me HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n";
}
