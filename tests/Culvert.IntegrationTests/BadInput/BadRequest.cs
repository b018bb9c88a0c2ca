using System.Text;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>Bytes for the server, and the answer that they must get.</summary>
/// <param name="Sent">Latin-1; <see cref="Token"/> in it stands for the owner's token.</param>
/// <param name="Status">The status of the one answer.</param>
internal sealed record BadRequest(string Sent, int Status)
{
    public const string Token = "{token}";

    /// <summary>Whether the server ends the connection after the answer.</summary>
    public bool Closes { get; init; }

    /// <summary>
    /// Whether the end is announced in the answer. It is not when what ends the connection is found behind the answer.
    /// </summary>
    public bool SaysClose { get; init; } = true;

    /// <summary>Whether the client ends its side after the request.</summary>
    public bool EndsSending { get; init; }

    /// <summary>The body; null for the page of the status, which is that of a file for 200.</summary>
    public string? Body { get; init; }

    /// <summary>What the body holds, instead of <see cref="Body"/>.</summary>
    public string? Part { get; init; }

    /// <summary>Header lines that the answer has; one that begins with "!" names a field that it has not.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public bool IsHead => Sent.StartsWith("HEAD ", StringComparison.Ordinal);

    /// <summary>Whether the API answers, and with problem details.</summary>
    public bool IsApi => Sent.Contains(" /v1/", StringComparison.Ordinal);

    /// <summary>The request without what cannot be printed, and not too long.</summary>
    public string Shown
    {
        get
        {
            var text = string.Concat(Sent.Take(160).Select(c => c is >= ' ' and <= '~' ? $"{c}" : $"\\x{(int)c:x2}"));
            return Sent.Length > 160 ? $"{text}… ({Sent.Length} bytes)" : text;
        }
    }

    /// <summary>Requests whose framing or form is in doubt: a page, and the end.</summary>
    public static IEnumerable<BadRequest> Refused(int status, params IEnumerable<string> sent) =>
        sent.Select(s => new BadRequest(s, status) { Closes = true });

    /// <summary>Requests that can be read but not fulfilled: a page, and the connection goes on.</summary>
    public static IEnumerable<BadRequest> Denied(int status, params IEnumerable<string> sent) =>
        sent.Select(s => new BadRequest(s, status));

    /// <summary>Requests that are odd but good: the file is served.</summary>
    public static IEnumerable<BadRequest> Served(params IEnumerable<string> sent) => Denied(200, sent);

    /// <summary>A request for a target that is good otherwise.</summary>
    public static string Get(string target) => $"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n";

    /// <summary>A request for a file with more header lines.</summary>
    public static string With(string lines, string body = "") =>
        $"GET {Site.Page} HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n{body}";

    /// <summary>Publishes a message, with more header lines.</summary>
    public static string Publish(string lines, string body = "") =>
        "POST /v1/rooms/lobby/messages HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + $"Authorization: Bearer {Token}\r\n{lines}\r\n\r\n{body}";

    public byte[] Bytes(string token) =>
        Encoding.Latin1.GetBytes(Sent.Replace(Token, token, StringComparison.Ordinal));
}
