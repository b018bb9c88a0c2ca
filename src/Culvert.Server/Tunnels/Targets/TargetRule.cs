using System.Globalization;
using System.Net;

namespace Culvert.Server.Tunnels.Targets;

/// <summary>One entry of <c>tunnels.allow</c>. Immutable.</summary>
internal sealed record TargetRule
{
    private const string NamePrefix = "name:";

    private TargetRule()
    {
    }

    /// <summary>Glob of registered names; null when the rule is about hosts.</summary>
    public string? Name { get; private init; }

    /// <summary>Glob of hosts; null when the rule is about a network.</summary>
    public string? Host { get; private init; }

    /// <summary>The network, one address included; null when the rule is about hosts by name.</summary>
    public IPNetwork? Network { get; private init; }

    public int FirstPort { get; private init; }

    public int LastPort { get; private init; }

    /// <summary>True when a host is named, and not a family of them.</summary>
    public bool IsExact => Host is not null && !Host.Contains('*', StringComparison.Ordinal);

    /// <summary>Null for a text that is no rule.</summary>
    public static TargetRule? Parse(string text)
    {
        if (text.StartsWith(NamePrefix, StringComparison.Ordinal))
        {
            var glob = text[NamePrefix.Length..];
            return IsGlob(glob) ? new TargetRule { Name = glob } : null;
        }

        var colon = text.LastIndexOf(':');
        if (colon < 1 || !TryParsePorts(text[(colon + 1)..], out var first, out var last))
        {
            return null;
        }

        var host = text[..colon];
        var plain = host.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        if (IPNetwork.TryParse(plain, out var network))
        {
            return new TargetRule { Network = network, FirstPort = first, LastPort = last };
        }

        if (IPAddress.TryParse(plain, out var address))
        {
            var bits = address.GetAddressBytes().Length * 8;
            return new TargetRule { Network = new IPNetwork(address, bits), FirstPort = first, LastPort = last };
        }

        return IsGlob(host) ? new TargetRule { Host = host.TrimEnd('.'), FirstPort = first, LastPort = last } : null;
    }

    public bool HasPort(int port) => port >= FirstPort && port <= LastPort;

    /// <summary>Whether a text can be a pattern of names or hosts.</summary>
    public static bool IsGlob(string text)
    {
        var sample = text.Replace('*', 'a');
        return sample.Length > 0 && TunnelTarget.Parse($"{sample}:1") is not null;
    }

    private static bool TryParsePorts(string text, out int first, out int last)
    {
        (first, last) = (1, ushort.MaxValue);
        if (text == "*")
        {
            return true;
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var low = dash < 0 ? text : text[..dash];
        var high = dash < 0 ? text : text[(dash + 1)..];
        return TryParsePort(low, out first) && TryParsePort(high, out last) && first <= last;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
        && port is > 0 and <= ushort.MaxValue;
}
