using System.Net;

namespace Culvert.Server.Tunnels.Targets;

/// <summary>
/// Decides what may be connected to (<c>tunnels.allow</c>), by what was asked for and again by the address that its
/// name has. Immutable.
/// </summary>
internal sealed class TargetRules
{
    /// <summary>
    /// Addresses that mean this machine, its link or the cloud's metadata, and those that are nobody's: a pattern of
    /// host names does not open them, whatever a name's owner writes into DNS.
    /// </summary>
    private static readonly IPNetwork[] Inner =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("255.255.255.255/32"),

        // Unspecified, loopback, and IPv4 in its old disguise; then the disguise of NAT64.
        IPNetwork.Parse("::/96"),
        IPNetwork.Parse("64:ff9b::/96"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("ff00::/8"),
        IPNetwork.Parse("fd00:ec2::254/128"),
    ];

    private readonly TargetRule[] _rules;

    /// <param name="rules">Entries of the option, each a valid one.</param>
    /// <exception cref="ArgumentException">An entry is none.</exception>
    public TargetRules(IEnumerable<string> rules)
    {
        _rules =
        [
            .. rules.Select(text => TargetRule.Parse(text)
                ?? throw new ArgumentException($"\"{text}\" is no target.", nameof(rules))),
        ];
    }

    /// <summary>Whether a registered name may be connected to.</summary>
    public bool AllowsName(string name) =>
        Array.Exists(_rules, rule => rule.Name is { } glob && Glob.Matches(glob, name));

    /// <summary>
    /// Whether any address of a host could be allowed: what may not be is refused without asking DNS.
    /// </summary>
    public bool MayAllow(TunnelTarget target) =>
        IPAddress.TryParse(target.Host, out var address)
            ? Allows(target, address)
            : Array.Exists(
                _rules, rule => rule.HasPort(target.Port) && (rule.Network is not null || Names(rule, target)));

    /// <summary>Whether a host may be connected to at one of its addresses.</summary>
    public bool Allows(TunnelTarget target, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var isInner = Array.Exists(Inner, network => network.Contains(plain));
        return Array.Exists(_rules, rule => rule.HasPort(target.Port)
            && (rule.Network is { } network
                ? network.Contains(plain)
                : Names(rule, target) && (!isInner || rule.IsExact)));
    }

    private static bool Names(TargetRule rule, TunnelTarget target) =>
        rule.Host is { } glob && Glob.Matches(glob, target.Host);
}
