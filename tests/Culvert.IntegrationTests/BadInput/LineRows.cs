using static Culvert.IntegrationTests.BadInput.BadRequest;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Rows 1 to 16: what begins a request, its method, and the forms of its target.</summary>
internal static class LineRows
{
    private static readonly string[] Allow = ["Allow: GET, HEAD, OPTIONS"];

    public static IReadOnlyList<BadRow> All { get; } =
    [
        new(1, "garbage line",
        [
            .. Refused(400, "hello\r\n\r\n", "\u0001\u0002\u0003\u0004\r\n\r\n", "\u00ff\u00fe\u0000\u0080",
                "{\"a\":1}\r\n\r\n"),
            .. Refused(400, "GET\r\n\r\n", "GET \r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "<a/>\r\n\r\n",
                "\u0080\u0001 SSL2"),
        ]),
        new(2, "HTTP/0.9", [.. Refused(400, "GET /\r\n", $"GET {Site.Page}\r\n", "GET /\r\nHost: a\r\n\r\n")]),
        new(3, "unknown version",
        [
            .. Refused(505, Version("HTTP/2.0"), Version("HTTP/1.9"), Version("HTTP/0.9"), Version("HTTP/3.0")),
            .. Refused(505, "GET /v1/me HTTP/2.0\r\nHost: a\r\n\r\n"),

            // No version at all, so nobody could say that it is not supported.
            .. Refused(400, Version("http/1.1"), Version("HTTP/1.10"), Version("HTTP/1"), Version("HTTPS/1.1")),
            .. Refused(400, Version("HTTP/1,1"), Version("HTTP/x.y"), Version("ICY")),
        ]),
        new(4, "several spaces or a tab in the line",
        [
            .. Refused(400, Line($"GET  {Site.Page} HTTP/1.1"), Line($"GET {Site.Page}  HTTP/1.1")),
            .. Refused(400, Line($"GET\t{Site.Page} HTTP/1.1"), Line($"GET {Site.Page}\tHTTP/1.1")),
            .. Refused(400, Line($"GET {Site.Page} HTTP/1.1 "), Line($" GET {Site.Page} HTTP/1.1"), Get("/a b")),
            .. Refused(400, Line("GET  /v1/me HTTP/1.1")).Select(r => r with { Part = "" }),
        ]),
        new(5, "empty lines before the line",
        [
            .. Served("\r\n" + Get(Site.Page), "\r\n\r\n" + Get(Site.Page)),
            .. Denied(401, "\r\n" + Get("/v1/me"), "\r\n\r\n" + Get("/v1/me")),
            .. Refused(400, "\r\n\r\n\r\n" + Get(Site.Page), "\n" + Get(Site.Page), "\r\n\n" + Get(Site.Page)),
        ]),
        new(6, "bare LF",
        [
            .. Refused(400, $"GET {Site.Page} HTTP/1.1\nHost: a\n\n", $"GET {Site.Page} HTTP/1.1\nHost: a\r\n\r\n"),
            .. Refused(400, With("X: a\nY: b"), $"GET {Site.Page} HTTP/1.1\r\nHost: a\r\n\n",
                "GET /v1/me HTTP/1.1\r\nX: a\n"),
        ]),
        new(7, "bare CR",
        [
            .. Refused(400, $"GET {Site.Page} HTTP/1.1\rHost: a\r\r", Get($"{Site.Page}\r"), With("X: a\rY: b")),
            .. Refused(400, With("X: a\r\r"), "\rGET / HTTP/1.1\r\n", $"GE\rT {Site.Page} HTTP/1.1\r\nHost: a\r\n\r\n"),
        ]),
        new(8, "method not a token",
        [
            .. Refused(400, Method("G@T"), Method("G\0T"), Method(""), Method("G\u00e9T"), Method("(GET)"),
                Method("GET:")),
            .. Refused(400, Method("G\u007fT"), Method("\"GET\""), Method("GET,POST")),
        ]),
        new(9, "unknown method",
        [
            .. Refused(501, Method("FOO"), Method("PROPFIND"), Method("GETT"), Method("G"), Method("M-SEARCH")),
            .. Refused(501, "FOO /v1/me HTTP/1.1\r\nHost: a\r\n\r\n", "BREW /missing HTTP/1.1\r\nHost: a\r\n\r\n"),
        ]),
        new(10, "known method that a file does not have",
        [
            .. Denied(405, Method("POST"), Method("PUT"), Method("DELETE"), Method("PATCH"))
                .Concat(Denied(405, "POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"))
                .Select(r => r with { Headers = Allow }),
        ]),
        new(11, "method in lower case", [.. Refused(501, Method("get"), Method("Get"), Method("head"), Method("gET"))]),
        new(12, "TRACE",
        [
            .. Refused(405, Method("TRACE"), "TRACE / HTTP/1.1\r\nHost: a\r\nX-Secret: echo\r\n\r\n")
                .Select(r => r with { Headers = Allow }),
            .. Refused(405, "TRACE /v1/me HTTP/1.1\r\nHost: a\r\n\r\n"),
        ]),
        new(13, "CONNECT",
        [
            .. Refused(405, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", Method("CONNECT")),
            .. Refused(405, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n" + Get("/smuggled.txt")),
        ]),
        new(14, "OPTIONS",
        [
            .. Denied(204, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", Method("OPTIONS"))
                .Select(r => r with { Body = "", Headers = [.. Allow, "!Content-Length", "!Transfer-Encoding"] }),
        ]),
        new(15, "* with another method",
        [
            .. Refused(400, Get("*"), "POST * HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD * HTTP/1.1\r\nHost: a\r\n\r\n"),
            .. Refused(400, "OPTIONS ** HTTP/1.1\r\nHost: a\r\n\r\n", Get("*/page.html")),
        ]),
        new(16, "authority as target", [.. Refused(400, Get("a:80"), Get("page.html"), Get("www.example.com"),
            Get("a"))]),
    ];

    private static string Version(string version) => $"GET {Site.Page} {version}\r\nHost: a\r\n\r\n";

    private static string Line(string line) => $"{line}\r\nHost: a\r\n\r\n";

    private static string Method(string method) => $"{method} {Site.Page} HTTP/1.1\r\nHost: a\r\n\r\n";
}
