using System.Security.Cryptography;
using System.Text;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The server's side of the opening handshake, over HTTP/1.1 (RFC 6455 §4.2) and HTTP/2 (RFC 8441 §5), from plain
/// values to plain values. Whether the origin or the user may connect is the caller's business. Stateless, safe to call
/// concurrently.
/// </summary>
public static class Handshake
{
    private const int KeyBytes = 16;
    private const int KeyCharacters = 24;
    private const string Version = "13";

    /// <summary>Decides on a request.</summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="options">What the server agrees to.</param>
    /// <returns>
    /// An agreement, or a refusal: 405 for a method other than GET, 426 (with the headers <c>Upgrade</c>,
    /// <c>Connection</c> and <c>Sec-WebSocket-Version: 13</c>) for a request that asks for no WebSocket or another
    /// version, 400 for anything malformed.
    /// </returns>
    public static HandshakeResult Accept(in HandshakeRequest request, HandshakeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var overHttp1 = request.HttpProtocol is "HTTP/1.1" or "HTTP/1.0";
        var refusal = overHttp1 ? RefuseUpgrade(request) : RefuseExtendedConnect(request);
        refusal ??= RefuseVersion(request.Version);
        if (refusal is null && overHttp1 && !IsValidKey(request.Key))
        {
            refusal = Refuse(400, "Sec-WebSocket-Key is not 16 bytes in base64.");
        }

        if (refusal is not null)
        {
            return refusal;
        }

        if (!TrySelectSubprotocol(request.Subprotocols, options.Subprotocols, out var subprotocol))
        {
            return Refuse(400, "Sec-WebSocket-Protocol is malformed.");
        }

        if (!DeflateNegotiation.TryNegotiate(request.Extensions, out var extension))
        {
            return Refuse(400, "Sec-WebSocket-Extensions is malformed.");
        }

        // IsValidKey has shown that there is a key over HTTP/1.1.
        return Agree(overHttp1 ? request.Key! : null, subprotocol, options.Deflate ? extension : null);
    }

    /// <summary>
    /// The value of <c>Sec-WebSocket-Accept</c> for a key (§4.2.2): the base64 of the SHA-1 of the key, as received,
    /// and a fixed identifier. SHA-1 is what the protocol says; it protects nothing here.
    /// </summary>
    public static string ComputeAccept(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // Prescribed by RFC 6455 §4.2.2, and no secret or signature depends on it.
        SHA1.HashData(Encoding.UTF8.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    /// <summary>The first subprotocol of the client's list that the server speaks (§4.2.2).</summary>
    /// <param name="requested">The header's value; null for none.</param>
    /// <param name="supported">What the server speaks; compared exactly.</param>
    /// <param name="selected">The choice, or null when the lists have nothing in common.</param>
    /// <returns>False when the header is present but is not a list of distinct tokens (§4.1).</returns>
    public static bool TrySelectSubprotocol(
        string? requested, IReadOnlyList<string> supported, out string? selected)
    {
        ArgumentNullException.ThrowIfNull(supported);
        selected = null;
        if (requested is null)
        {
            return true;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var range in requested.AsSpan().Split(','))
        {
            var name = requested.AsSpan()[range].Trim(" \t").ToString();
            if (!ExtensionParser.IsToken(name) || !seen.Add(name))
            {
                return false;
            }

            selected ??= supported.Contains(name) ? name : null;
        }

        return true;
    }

    /// <summary>Whether a header's comma-separated list holds a token, letter case aside.</summary>
    internal static bool ListContains(string? header, string token)
    {
        var value = header.AsSpan();
        foreach (var range in value.Split(','))
        {
            if (value[range].Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static HandshakeResult? RefuseUpgrade(in HandshakeRequest request)
    {
        if (request.Method != "GET")
        {
            return Refuse(405, "A WebSocket is opened with GET.", KeyValuePair.Create("Allow", "GET"));
        }

        if (request.HttpProtocol == "HTTP/1.0")
        {
            return Refuse(400, "A WebSocket needs HTTP/1.1 or newer.");
        }

        if (!ListContains(request.Upgrade, "websocket"))
        {
            return RefuseWithUpgrade("This address speaks WebSocket: the header Upgrade: websocket is missing.");
        }

        return ListContains(request.Connection, "upgrade")
            ? null
            : Refuse(400, "The header Connection does not contain Upgrade.");
    }

    private static HandshakeResult? RefuseExtendedConnect(in HandshakeRequest request)
    {
        if (request.Method != "CONNECT")
        {
            return Refuse(
                405, "Over HTTP/2 a WebSocket is opened with CONNECT.", KeyValuePair.Create("Allow", "CONNECT"));
        }

        return request.ExtendedProtocol == "websocket"
            ? null
            : Refuse(400, "The pseudo-header :protocol is not websocket.");
    }

    private static HandshakeResult? RefuseVersion(string? version) => version switch
    {
        Version => null,
        null => Refuse(400, "The header Sec-WebSocket-Version is missing."),
        _ => RefuseWithUpgrade("Only version 13 of WebSocket is spoken here."),
    };

    /// <summary>RFC 9110 §15.5.22 requires Upgrade on a 426, and RFC 6455 §4.4 the version.</summary>
    private static HandshakeResult RefuseWithUpgrade(string reason) => Refuse(
        426,
        reason,
        KeyValuePair.Create("Upgrade", "websocket"),
        KeyValuePair.Create("Connection", "Upgrade"),
        KeyValuePair.Create("Sec-WebSocket-Version", Version));

    private static HandshakeResult Refuse(int status, string reason, params KeyValuePair<string, string>[] headers) =>
        new() { Status = status, Reason = reason, Headers = headers };

    private static bool IsValidKey(string? key)
    {
        Span<byte> decoded = stackalloc byte[KeyBytes + 2];
        return key is { Length: KeyCharacters }
            && Convert.TryFromBase64String(key, decoded, out var count)
            && count == KeyBytes;
    }

    private static HandshakeResult Agree(string? key, string? subprotocol, string? extension)
    {
        var headers = new List<KeyValuePair<string, string>>(5);
        if (key is not null)
        {
            // Connection holds Upgrade alone: some clients refuse a longer list.
            headers.Add(new("Upgrade", "websocket"));
            headers.Add(new("Connection", "Upgrade"));
            headers.Add(new("Sec-WebSocket-Accept", ComputeAccept(key)));
        }

        if (subprotocol is not null)
        {
            headers.Add(new("Sec-WebSocket-Protocol", subprotocol));
        }

        if (extension is not null)
        {
            headers.Add(new("Sec-WebSocket-Extensions", extension));
        }

        return new HandshakeResult
        {
            Status = key is null ? 200 : 101,
            Headers = headers,
            Subprotocol = subprotocol,
            Deflate = extension is not null,
        };
    }
}
