using System.Globalization;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A client's request to open a WebSocket, read and found good, that waits for its answer.</summary>
internal sealed class WebSocketRequest
{
    private static readonly CompositeFormat Answer = CompositeFormat.Parse(
        "HTTP/1.1 {0} {1}\r\nConnection: {2}\r\n{3}Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: {4}\r\n\r\n{5}");

    private readonly Leg _carrier;
    private readonly HandshakeRequest _request;

    private WebSocketRequest(Leg carrier, in HandshakeRequest request)
    {
        _carrier = carrier;
        _request = request;
        Subprotocols = request.Subprotocols is { } list
            ? list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];
    }

    /// <summary>What the client offers, in its order.</summary>
    public IReadOnlyList<string> Subprotocols { get; }

    /// <summary>Reads a request; one that cannot become a WebSocket is answered, and the connection closed.</summary>
    /// <param name="carrier">The connection.</param>
    /// <param name="endpoint">The listening end: its path counts.</param>
    /// <param name="origins">
    /// Origins whose pages may connect besides those that the server's own address served; <c>*</c> is any; null when
    /// no page may.
    /// </param>
    /// <param name="cancellationToken">Gives up; the connection is left to the caller.</param>
    /// <returns>Null when it was refused.</returns>
    public static async Task<WebSocketRequest?> ReadAsync(
        Leg carrier, Endpoint endpoint, IReadOnlyList<string>? origins, CancellationToken cancellationToken)
    {
        var head = await HttpHeads.ReadAsync(carrier.Input, cancellationToken);
        if (head is null || head.Start[1] is not ['/', ..] || head.Start[2] is not ("HTTP/1.1" or "HTTP/1.0"))
        {
            await RefuseAsync(carrier, 400, "This is no HTTP/1.1 request.", [], cancellationToken);
            return null;
        }

        if (endpoint.Path.Length > 0 && head.Start[1].Split('?')[0] != endpoint.Path)
        {
            await RefuseAsync(carrier, 404, $"The WebSocket is at {endpoint.Path}.", [], cancellationToken);
            return null;
        }

        var request = new HandshakeRequest
        {
            Method = head.Start[0],
            HttpProtocol = head.Start[2],
            Upgrade = head["Upgrade"],
            Connection = head["Connection"],
            Version = head["Sec-WebSocket-Version"],
            Key = head["Sec-WebSocket-Key"],
            Subprotocols = head["Sec-WebSocket-Protocol"],
            Extensions = head["Sec-WebSocket-Extensions"],
        };
        var verdict = Handshake.Accept(request, new HandshakeOptions());
        if (!verdict.IsAccepted)
        {
            await RefuseAsync(carrier, verdict.Status, verdict.Reason, verdict.Headers, cancellationToken);
            return null;
        }

        if (!IsAllowed(head["Origin"], head["Host"], origins))
        {
            await RefuseAsync(
                carrier, 403, "Pages of this origin may not connect here; see --allow-origin.", [], cancellationToken);
            return null;
        }

        return new WebSocketRequest(carrier, request);
    }

    /// <summary>Opens the WebSocket.</summary>
    /// <param name="subprotocol">The one to speak, of those offered; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<WebSocketLeg> AcceptAsync(string? subprotocol, CancellationToken cancellationToken)
    {
        var options = new HandshakeOptions { Subprotocols = subprotocol is null ? [] : [subprotocol] };
        var verdict = Handshake.Accept(_request, options);
        var answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        foreach (var (name, value) in verdict.Headers)
        {
            answer.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        await _carrier.Output.WriteAsync(Encoding.ASCII.GetBytes($"{answer}\r\n"), cancellationToken);
        return new WebSocketLeg(_carrier, LegKind.WebSocketServer) { Subprotocol = verdict.Subprotocol };
    }

    /// <summary>Answers with an error; the caller closes the connection.</summary>
    public ValueTask RefuseAsync(int status, string why, CancellationToken cancellationToken) =>
        RefuseAsync(_carrier, status, why, [], cancellationToken);

    // Any page in the user's browser can connect to this machine: only the header Origin tells (RFC 6455 §10.2).
    private static bool IsAllowed(string? origin, string? host, IReadOnlyList<string>? origins) =>
        origin is null
        || (origins is not null
            && (origins.Contains("*")
                || origins.Contains(origin.TrimEnd('/'), StringComparer.OrdinalIgnoreCase)
                || (Uri.TryCreate(origin, UriKind.Absolute, out var page)
                    && page.Authority.Equals(host, StringComparison.OrdinalIgnoreCase))));

    private static async ValueTask RefuseAsync(
        Leg carrier,
        int status,
        string why,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken)
    {
        var body = $"{why}\n";
        var connection = headers.FirstOrDefault(header => header.Key == "Connection").Value;
        var others = headers.Where(header => header.Key != "Connection")
            .Select(header => $"{header.Key}: {header.Value}\r\n");
        var answer = string.Format(
            CultureInfo.InvariantCulture,
            Answer,
            status,
            Phrase(status),
            connection is null ? "close" : $"close, {connection}",
            string.Concat(others),
            Encoding.UTF8.GetByteCount(body),
            body);
        await carrier.Output.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken);
    }

    private static string Phrase(int status) => status switch
    {
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        426 => "Upgrade Required",
        502 => "Bad Gateway",
        _ => "Error",
    };
}
