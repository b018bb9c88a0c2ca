using System.Security.Cryptography;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The client's side of the opening handshake over HTTP/1.1 (RFC 6455 §4.1): what to send, and the check of the answer.
/// Immutable, one per attempt: a key is never used twice.
/// </summary>
public sealed class ClientHandshake
{
    private readonly IReadOnlyList<string> _subprotocols;
    private readonly bool _deflate;
    private readonly string? _offer;
    private readonly string _key;

    /// <summary>Begins an attempt with a new random key of 16 bytes.</summary>
    /// <param name="subprotocols">Offered in this order of preference; distinct tokens, or null for none.</param>
    /// <param name="deflate">Whether to offer permessage-deflate. Default: false.</param>
    /// <exception cref="ArgumentException">A subprotocol is no token (§4.1), or is repeated.</exception>
    public ClientHandshake(IReadOnlyList<string>? subprotocols = null, bool deflate = false)
        : this(subprotocols, deflate, deflate ? DeflateNegotiation.ClientOffer : null)
    {
    }

    private ClientHandshake(IReadOnlyList<string>? subprotocols, bool deflate, string? offer)
    {
        _subprotocols = subprotocols ?? [];
        _deflate = deflate;
        _offer = offer;
        if (_subprotocols.Distinct().Count() != _subprotocols.Count
            || !_subprotocols.All(name => ExtensionParser.IsToken(name)))
        {
            throw new ArgumentException("Subprotocols are distinct tokens.", nameof(subprotocols));
        }

        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        _key = Convert.ToBase64String(random);
        RequestHeaders = MakeHeaders();
    }

    /// <summary>
    /// An attempt on behalf of another client, whose frames are passed on as they are: its offer of extensions is made
    /// as it stands, and any extension of it may be selected. <see cref="TryAccept"/> never reports deflate then: who
    /// passes frames on does not inflate them.
    /// </summary>
    /// <param name="subprotocols">Offered in this order of preference; distinct tokens, or null for none.</param>
    /// <param name="extensions">The value of <c>Sec-WebSocket-Extensions</c>; null for none.</param>
    /// <exception cref="ArgumentException">A subprotocol is no token (§4.1), or is repeated.</exception>
    public static ClientHandshake OnBehalf(IReadOnlyList<string>? subprotocols, string? extensions) =>
        new(subprotocols, deflate: false, string.IsNullOrWhiteSpace(extensions) ? null : extensions);

    /// <summary>The headers of the GET, beside <c>Host</c>, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders { get; }

    /// <summary>Checks the server's answer; on false the client must not use the connection.</summary>
    /// <param name="response">What the server sent.</param>
    /// <param name="deflate">Whether permessage-deflate is in use.</param>
    /// <param name="reason">What is wrong, in a short English sentence; empty on success.</param>
    public bool TryAccept(in HandshakeResponse response, out bool deflate, out string reason)
    {
        deflate = false;
        reason = "";
        if (response.Status != 101)
        {
            reason = $"The server answered {response.Status} instead of 101.";
        }
        else if (!string.Equals(response.Upgrade?.Trim(), "websocket", StringComparison.OrdinalIgnoreCase))
        {
            reason = "The answer's header Upgrade is not websocket.";
        }
        else if (!Handshake.ListContains(response.Connection, "upgrade"))
        {
            reason = "The answer's header Connection does not contain Upgrade.";
        }
        else if (response.Accept?.Trim() != Handshake.ComputeAccept(_key))
        {
            reason = "The answer's header Sec-WebSocket-Accept does not fit the key.";
        }
        else if (response.Subprotocol is { } subprotocol && !_subprotocols.Contains(subprotocol.Trim()))
        {
            reason = "The server selected a subprotocol that was not offered.";
        }
        else if (_offer is not null && !_deflate)
        {
            reason = IsOffered(response.Extensions) ? "" : "The server selected an extension that was not offered.";
        }
        else if (!DeflateNegotiation.TryAcceptResponse(response.Extensions, out deflate) || (deflate && !_deflate))
        {
            deflate = false;
            reason = "The server selected an extension that was not offered.";
        }

        return reason.Length == 0;
    }

    private bool IsOffered(string? selected) =>
        ExtensionParser.TryParse(_offer, out var offered)
        && ExtensionParser.TryParse(selected, out var chosen)
        && chosen.All(one => offered.Any(offer => offer.Name == one.Name));

    private List<KeyValuePair<string, string>> MakeHeaders()
    {
        var headers = new List<KeyValuePair<string, string>>(6)
        {
            new("Upgrade", "websocket"),
            new("Connection", "Upgrade"),
            new("Sec-WebSocket-Key", _key),
            new("Sec-WebSocket-Version", "13"),
        };
        if (_subprotocols.Count > 0)
        {
            headers.Add(new("Sec-WebSocket-Protocol", string.Join(", ", _subprotocols)));
        }

        if (_offer is not null)
        {
            headers.Add(new("Sec-WebSocket-Extensions", _offer));
        }

        return headers;
    }
}
