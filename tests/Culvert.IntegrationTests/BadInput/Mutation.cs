using System.Text;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Damages good requests at random: with the same seed always the same way.</summary>
internal static class Mutation
{
    private static readonly string[] Good =
    [
        BadRequest.Get(Site.Page),
        BadRequest.Get("/dir/%2e%2e/page.html?x=%20"),
        BadRequest.With("Range: bytes=0-3,5-\r\nIf-None-Match: \"a\", W/\"b\"\r\nAccept-Encoding: gzip;q=0.5, br"),
        BadRequest.With("Transfer-Encoding: chunked", "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n") + BadRequest.Get("/dir"),
        BadRequest.With("Content-Length: 5\r\nConnection: keep-alive", "hello") + BadRequest.Get("/healthz"),
        BadRequest.Get("http://a/numbered/1.txt") + BadRequest.Get("/v1/me") + BadRequest.Get("/numbered/2.txt"),
        BadRequest.Publish("Content-Length: 10", "{\"data\":1}") + BadRequest.Get("/numbered/3.txt"),
        BadRequest.Publish("Transfer-Encoding: chunked", "a\r\n{\"data\":1}\r\n0\r\n\r\n") + BadRequest.Get("/healthz"),
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" + BadRequest.Get("/listing/"),
        $"GET {Site.Page} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + "GET / HTTP/1.0\r\n\r\n",
    ];

    private static readonly string[] Insertions =
    [
        "\r\n", "\n", "\r", " ", "\t", "\0", ":", "/", "%", "..", "%2e%2e/", "\u00ff", ";", ",", "0", "-1", "\u007f",
        "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "HTTP/1.1", "GET ",
        "99999999999999999999",
    ];

    public static byte[] Next(Random random, string token)
    {
        var text = Good[random.Next(Good.Length)];
        var bytes = new List<byte>(new BadRequest(text, 0).Bytes(token));
        for (var count = random.Next(4); count >= 0 && bytes.Count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Insertions[random.Next(Insertions.Length)]));
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(8) == 0 ? bytes.Count - at : 0);
                    break;
            }
        }

        return [.. bytes];
    }
}
