using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Culvert.Server.Tunnels.Targets;

/// <summary>What a stream asks for: a host and a port, or a name that an agent registered. Immutable.</summary>
/// <param name="Host">A host's name, an address without brackets, or the registered name.</param>
/// <param name="Port">1 to 65,535; 0 for a registered name.</param>
internal sealed record TunnelTarget(string Host, int Port)
{
    /// <summary>The most characters of a registered name.</summary>
    public const int MaxNameLength = 64;

    private const int MaxHostLength = 255;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    /// <summary>True for a registered name.</summary>
    public bool IsName => Port == 0;

    /// <summary>As a request has it.</summary>
    public string Authority => Host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>For people and the log.</summary>
    public override string ToString() => IsName ? Host : Authority;

    public static TunnelTarget OfName(string name) => new(name, 0);

    /// <summary>
    /// Whether a text can be a registered name: 1 to 64 of letters, digits, - _ and the dot, beginning with a letter or
    /// digit.
    /// </summary>
    public static bool IsValidName(string text) =>
        text.Length is > 0 and <= MaxNameLength
        && char.IsAsciiLetterOrDigit(text[0])
        && !text.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>Reads <c>host:port</c>, an IPv6 address in brackets, or <c>NAME:0</c>; otherwise null.</summary>
    public static TunnelTarget? Parse(string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 1 || !TryParsePort(authority.AsSpan(colon + 1), out var port))
        {
            return null;
        }

        var host = authority[..colon];
        if (host[0] == '[')
        {
            var isAddress = host[^1] == ']' && port > 0
                && IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out var address)
                && address.AddressFamily == AddressFamily.InterNetworkV6
                && address.ScopeId == 0;
            return isAddress ? new TunnelTarget(host[1..^1], port) : null;
        }

        // An absolute name of DNS ends in a dot; rules are written without.
        host = host.TrimEnd('.');
        var isHost = port == 0
            ? IsValidName(host)
            : host.Length is > 0 and <= MaxHostLength && !host.AsSpan().ContainsAnyExcept(NameCharacters);
        return isHost ? new TunnelTarget(host, port) : null;
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= ushort.MaxValue;
}
