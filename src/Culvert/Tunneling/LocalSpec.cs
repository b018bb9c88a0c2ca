using System.Globalization;
using System.Net;
using Culvert.Arguments;
using Culvert.Client.Tunnels;

namespace Culvert.Tunneling;

/// <summary>What <c>-L</c> says: where to listen, and where connections go.</summary>
/// <param name="Listen">Where: one address, or those of both families.</param>
/// <param name="Target"><c>host:port</c>, or a name.</param>
internal sealed record LocalSpec(IReadOnlyList<IPEndPoint> Listen, string Target)
{
    /// <summary>Reads <c>[host:]port:target</c>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static LocalSpec Parse(string text)
    {
        var (host, behind) = SplitHost(text);
        var colon = behind.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !TryPort(behind[..colon], out var port))
        {
            throw new UsageException($"-L: '{text}' is not [HOST:]PORT:TARGET, such as 9001:game-7");
        }

        var target = behind[(colon + 1)..];
        return TunnelTarget.IsValid(target)
            ? new LocalSpec([.. Addresses(host).Select(address => new IPEndPoint(address, port))], target)
            : throw new UsageException($"-L: '{target}' is neither HOST:PORT nor a name");
    }

    /// <summary>The host, empty where there is none, and what follows it.</summary>
    private static (string Host, string Behind) SplitHost(string text)
    {
        if (text.StartsWith('[') && text.IndexOf("]:", StringComparison.Ordinal) is var end and > 0)
        {
            return (text[1..end], text[(end + 2)..]);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || TryPort(text[..colon], out _) ? ("", text) : (text[..colon], text[(colon + 1)..]);
    }

    private static IPAddress[] Addresses(string host) => host switch
    {
        "" => [IPAddress.Loopback],
        // Programs look for either family first.
        "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "*" => [IPAddress.Any, IPAddress.IPv6Any],
        _ when IPAddress.TryParse(host, out var address) => [address],
        _ => throw new UsageException($"-L: '{host}' is no address of this machine; write its IP, localhost or *"),
    };

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 0 and <= 65535;
}
