namespace Culvert.Protocol.WebSockets;

/// <summary>
/// Agreement on permessage-deflate in the headers <c>Sec-WebSocket-Extensions</c> (RFC 7692 §5, §7.1; RFC 6455 §9.1).
/// Stateless, safe to call concurrently.
/// </summary>
public static class DeflateNegotiation
{
    /// <summary>What a client sends: no context takeover either way, and no say about windows.</summary>
    public const string ClientOffer = ExtensionName + "; " + ServerTakeover + "; " + ClientTakeover;

    private const string ExtensionName = "permessage-deflate";
    private const string ServerTakeover = "server_no_context_takeover";
    private const string ClientTakeover = "client_no_context_takeover";
    private const string ServerWindow = "server_max_window_bits";
    private const string ClientWindow = "client_max_window_bits";

    /// <summary>
    /// A server's choice among a client's offers: the first acceptable one. An offer with an unknown or repeated
    /// parameter, a bad value, or a <c>server_max_window_bits</c> below 15 is declined, which leaves the connection
    /// uncompressed if no other offer follows.
    /// </summary>
    /// <param name="offers">The header's value, several lines joined by commas; null or empty for none.</param>
    /// <param name="response">
    /// The value to answer with, or null when nothing was accepted. It always asks the client for no context takeover,
    /// as §7.1.1.2 allows without an offer.
    /// </param>
    /// <returns>False when the header breaks its grammar, which RFC 6455 §9.1 makes the handshake's end.</returns>
    public static bool TryNegotiate(string? offers, out string? response)
    {
        response = null;
        if (!ExtensionParser.TryParse(offers, out var extensions))
        {
            return false;
        }

        foreach (var extension in extensions)
        {
            if (extension.Name == ExtensionName && IsAcceptableOffer(extension, out var namesWindow))
            {
                response = namesWindow ? ClientOffer + "; " + ServerWindow + "=15" : ClientOffer;
                return true;
            }
        }

        return true;
    }

    /// <summary>A client's check of the server's answer to <see cref="ClientOffer"/>.</summary>
    /// <param name="response">The header's value in the response; null or empty for none.</param>
    /// <param name="deflate">Whether the extension is in use.</param>
    /// <returns>
    /// False when the client must fail the connection: another extension, a repeated one, bad parameters, a window for
    /// the client that was not offered, or server context takeover, which the offer excluded.
    /// </returns>
    public static bool TryAcceptResponse(string? response, out bool deflate)
    {
        deflate = false;
        if (!ExtensionParser.TryParse(response, out var extensions) || extensions.Count > 1)
        {
            return false;
        }

        if (extensions.Count == 0)
        {
            return true;
        }

        deflate = extensions[0].Name == ExtensionName && IsAcceptableResponse(extensions[0]);
        return deflate;
    }

    private static bool IsAcceptableOffer(Extension offer, out bool namesWindow)
    {
        namesWindow = false;
        foreach (var (name, value) in offer.Parameters)
        {
            var acceptable = name switch
            {
                ServerTakeover or ClientTakeover => value is null,
                ServerWindow => value == "15",
                ClientWindow => value is null || IsWindowBits(value),
                _ => false,
            };
            if (!acceptable)
            {
                return false;
            }

            namesWindow |= name == ServerWindow;
        }

        return !offer.RepeatsParameter();
    }

    private static bool IsAcceptableResponse(Extension response)
    {
        var resetsServer = false;
        foreach (var (name, value) in response.Parameters)
        {
            var acceptable = name switch
            {
                ServerTakeover or ClientTakeover => value is null,
                ServerWindow => IsWindowBits(value),
                _ => false,
            };
            if (!acceptable)
            {
                return false;
            }

            resetsServer |= name == ServerTakeover;
        }

        return resetsServer && !response.RepeatsParameter();
    }

    /// <summary>8 to 15 without leading zeros (RFC 7692 §7.1.2).</summary>
    private static bool IsWindowBits(string? value) =>
        value is "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15";
}
