namespace Culvert.IntegrationTests.BadInput;

/// <summary>
/// Bodies framed in two ways, or in one that two recipients read differently, each with another request inside. The
/// answer to that one must never come.
/// </summary>
internal static class Smuggling
{
    private const string Hidden = "GET /smuggled.txt HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly string[] Encodings =
    [
        "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
        "Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "Transfer-Encoding:\u000bchunked",
        "Transfer-Encoding: chunked\u000b", "Transfer-Encoding: \0chunked", "Transfer-Encoding\r\n : chunked",
        "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: 'chunked'",
        "Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity, chunked, identity",
        "Transfer-Encoding: chunked;q=0", "X: y\nTransfer-Encoding: chunked", "X: y\rTransfer-Encoding: chunked",
        " Transfer-Encoding: chunked", "Transfer-Encoding: chunk", "Transfer-Encoding: chunked\u0000",
        "Transfer-Encoding: \u00a0chunked", "Transfer-Encoding;: chunked", "Transfer-Encoding\u00a0: chunked",
        "Transfer-Encoding: chunked", "transfer-encoding: CHUNKED", "Transfer-Encoding:\tchunked",
        "Transfer-Encoding:chunked ",
    ];

    private static readonly string[] Chunks =
    [
        "5;\nhello\r\n", "5;a\nb\r\nhello\r\n", "5;a\r\rb\r\nhello\r\n", "5\nhello\r\n", "5 ;a\r\nhello\r\n",
        "5\r\rhello\r\n",
        "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r0\r\n\r\n", "05 \r\nhello\r\n", "\n5\r\nhello\r\n",
        "5\r\nhelloAA0\r\n\r\n",
        "100000005\r\nhello\r\n0\r\n\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n", "0\r\nX: y\n\r\n", "0\n\r\n",
        "0\r\n\r\r\n",
        "0\r\nHost: a\r\rX: y\r\n\r\n", "0;\n\r\n\r\n",
    ];

    /// <summary>Requests whose head is in doubt.</summary>
    public static IEnumerable<BadRequest> Heads =>
        from start in (Func<string, string, string>[])[BadRequest.Publish, BadRequest.With]
        from encoding in Encodings
        from body in (string[])[$"0\r\n\r\n{Hidden}",
        $"5c\r\n{Hidden}{new string('x', 0x5c - Hidden.Length)}\r\n0\r\n\r\n"]
        from isFirst in (bool[])[false, true]
        let length = $"Content-Length: {(body[0] == '0' ? body.Length : 4)}"
        select new BadRequest(start(isFirst ? $"{length}\r\n{encoding}" : $"{encoding}\r\n{length}", body), 400);

    /// <summary>Requests whose body breaks off its framing.</summary>
    public static IEnumerable<BadRequest> Bodies =>
        Chunks.Select(c => new BadRequest(BadRequest.Publish("Transfer-Encoding: chunked", c + Hidden), 400));
}
