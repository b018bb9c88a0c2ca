using System.Buffers;
using System.Globalization;

namespace Culvert.Client.Tunnels;

/// <summary>Where a stream is to go, as people write it and as a request has it. Safe to call concurrently.</summary>
public static class TunnelTarget
{
    private const int MaxNameLength = 64;
    private const int MaxInstanceLength = 128;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.[]:");

    /// <summary>Whether a stream can be opened to it: <c>host:port</c>, or a name.</summary>
    /// <param name="text">What is asked about. An IPv6 address stands in brackets.</param>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsName(text) || TrySplit(text, out _, out _);
    }

    /// <summary>
    /// Whether <see cref="TunnelSession.ForwardRemoteAsync"/> takes it: <c>host:port</c> or <c>unix:PATH</c>.
    /// </summary>
    /// <param name="text">What is asked about.</param>
    public static bool IsValidLocal(string text) => DialTarget.TryParse(text) is not null;

    /// <summary>The authority of a target: <c>host:port</c> as it is, <c>name:0</c> for a name.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    internal static string Authority(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (IsName(target))
        {
            return $"{target}:0";
        }

        return TrySplit(target, out _, out _)
            ? target
            : throw new ArgumentException($"'{target}' is neither host:port nor a name.", nameof(target));
    }

    /// <summary>
    /// Whether it can be a registered name: 1 to 64 of a–z A–Z 0–9 - _ . and first a letter or digit.
    /// </summary>
    /// <param name="text">What is asked about.</param>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= MaxNameLength
            && char.IsAsciiLetterOrDigit(text[0])
            && !text.AsSpan().ContainsAnyExcept(NameCharacters);
    }

    /// <exception cref="ArgumentException">It cannot be a registered name.</exception>
    internal static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsName(name))
        {
            throw new ArgumentException(
                $"'{name}' is no name: 1 to {MaxNameLength} of a-z A-Z 0-9 - _ . and first a letter or digit.",
                nameof(name));
        }
    }

    /// <summary>The instance for a registration: at most as long as the server takes.</summary>
    internal static string Instance(string text) => text.Length <= MaxInstanceLength ? text : text[..MaxInstanceLength];

    /// <summary>The target of a host and a port; an IPv6 address gets its brackets.</summary>
    internal static string Join(string host, int port)
    {
        ArgumentNullException.ThrowIfNull(host);
        var bracketed = host.Contains(':') && !host.StartsWith('[') ? $"[{host}]" : host;
        return string.Create(CultureInfo.InvariantCulture, $"{bracketed}:{port}");
    }

    /// <summary>Takes <c>host:port</c> apart; an IPv6 address stands in brackets, which the host loses.</summary>
    internal static bool TrySplit(string target, out string host, out int port)
    {
        port = 0;
        var colon = target.LastIndexOf(':');
        host = colon < 1 ? "" : target[..colon];
        if (host.Length == 0
            || host.AsSpan().ContainsAnyExcept(HostCharacters)
            || !int.TryParse(target.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port is < 1 or > 65535)
        {
            return false;
        }

        var isBracketed = host[0] == '[' && host[^1] == ']';
        host = isBracketed ? host[1..^1] : host;
        return host.Length > 0 && !host.AsSpan().ContainsAny('[', ']') && isBracketed == host.Contains(':');
    }
}
