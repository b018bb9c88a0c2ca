namespace Culvert.Client.Messages;

/// <summary>Why a request does not become a WebSocket, and what to answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Why">A sentence for the body.</param>
/// <param name="Headers">Besides those of every refusal.</param>
internal sealed record RequestRefusal(
    int Status, string Why, params IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>The whole answer; the connection is closed behind it.</summary>
    public string Write()
    {
        var connection = Headers.FirstOrDefault(h => h.Key == "Connection").Value;
        var lines = Headers.Where(h => h.Key != "Connection").Select(h => $"{h.Key}: {h.Value}\r\n");
        var body = $"{Why}\n";
        return $"HTTP/1.1 {Status} {Phrase}\r\nConnection: close{(connection is null ? "" : $", {connection}")}\r\n"
            + string.Concat(lines)
            + $"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    private string Phrase => Status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        426 => "Upgrade Required",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Error",
    };
}
