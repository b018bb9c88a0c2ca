using System.Security.Cryptography;
using System.Text;
using Culvert.Protocol.Http;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>The server's side of the handshake on one fresh connection: reads the request and judges it.</summary>
internal sealed class IncomingHandshake(Stream stream, MessageListenerOptions options)
{
    private byte[] _buffer = new byte[2048];
    private int _count;
    private string[] _lines = [];

    /// <summary>The path asked for, unescaped; the query with its question mark.</summary>
    public string Path { get; private set; } = "";

    public string Query { get; private set; } = "";

    /// <summary>Of the request, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; private set; } = [];

    /// <summary>What the client sent behind its request, though it should have waited.</summary>
    public ReadOnlyMemory<byte> Early => _buffer.AsMemory(0, _count);

    /// <summary>The answer to agree with, once <see cref="Judge"/> has refused nothing.</summary>
    public HandshakeResult? Agreement { get; private set; }

    /// <summary>Reads the request's head.</summary>
    /// <returns>Null when it is good; a refusal of status 0 when the client left without a word.</returns>
    public async Task<RequestRefusal?> ReadAsync(CancellationToken cancellationToken)
    {
        var head = default(RequestHead);
        while (true)
        {
            var status = RequestHeadReader.Read(
                _buffer.AsSpan(0, _count), HttpLimits.Default, ref head, out var refusal);
            switch (status)
            {
                case RequestHeadStatus.Complete:
                    Keep(head.Length);
                    return head.Body == BodyKind.None ? null : new RequestRefusal(400, "A handshake has no body.");
                case RequestHeadStatus.Refused:
                    return new RequestRefusal(refusal.Status, refusal.Why);
                case RequestHeadStatus.Http2Preface:
                    return new RequestRefusal(400, "Only HTTP/1.1 is spoken here.");
            }

            if (_count == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_count), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return new RequestRefusal(0, "");
            }

            _count += read;
        }
    }

    /// <summary>Whether the request may become a WebSocket.</summary>
    public RequestRefusal? Judge()
    {
        var start = _lines[0].Split(' ');
        var verdict = Handshake.Accept(
            new HandshakeRequest
            {
                Method = start[0],
                HttpProtocol = start[2],
                Upgrade = Value("Upgrade"),
                Connection = Value("Connection"),
                Version = Value("Sec-WebSocket-Version"),
                Key = Value("Sec-WebSocket-Key"),
                Subprotocols = Value("Sec-WebSocket-Protocol"),
                Extensions = Value("Sec-WebSocket-Extensions"),
            },
            new HandshakeOptions { Subprotocols = options.Subprotocols, Deflate = options.Deflate });
        if (!verdict.IsAccepted)
        {
            return new RequestRefusal(verdict.Status, verdict.Reason, verdict.Headers);
        }

        if (options.Token is { } token && !IsToken(token))
        {
            return new RequestRefusal(
                401, "A token is needed here.", [KeyValuePair.Create("WWW-Authenticate", "Bearer")]);
        }

        if (!IsOriginAllowed())
        {
            return new RequestRefusal(403, "Pages of this origin may not connect here.");
        }

        Agreement = verdict;
        return null;
    }

    /// <summary>Says yes: frames follow.</summary>
    public async Task AgreeAsync(HandshakeResult agreement, CancellationToken cancellationToken)
    {
        var answer = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        foreach (var (name, value) in agreement.Headers)
        {
            answer.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        var bytes = Encoding.ASCII.GetBytes(answer.Append("\r\n").ToString());
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    private void Keep(int length)
    {
        // The reader has checked every line; blank ones may stand before the first.
        _lines = Encoding.Latin1.GetString(_buffer, 0, length)
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Headers = [.. _lines.Skip(1).Select(l => l.Split(':', 2))
            .Select(l => KeyValuePair.Create(l[0], l[1].Trim(' ', '\t')))];
        var target = _lines[0].Split(' ')[1];
        if (Uri.TryCreate(target, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https")
        {
            target = absolute!.PathAndQuery; // TryCreate gave the one whose scheme was looked at.
        }

        var query = target.IndexOf('?', StringComparison.Ordinal);
        Path = Uri.UnescapeDataString(query < 0 ? target : target[..query]);
        Query = query < 0 ? "" : target[query..];
        _count -= length;
        _buffer.AsSpan(length, _count).CopyTo(_buffer);
    }

    private string? Value(string name)
    {
        var values = Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);
        return values.Any() ? string.Join(", ", values) : null;
    }

    private bool IsToken(string token) =>
        Value("Authorization") is { } given
        && given.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(given["Bearer ".Length..].Trim())),
            SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    // Any page in a user's browser can connect to this machine: only this header tells (RFC 6455 §10.2).
    private bool IsOriginAllowed() =>
        Value("Origin") is not { } origin
        || options.AllowedOrigins.Contains("*")
        || options.AllowedOrigins.Contains(origin.TrimEnd('/'), StringComparer.OrdinalIgnoreCase)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Authority.Equals(Value("Host"), StringComparison.OrdinalIgnoreCase));
}
