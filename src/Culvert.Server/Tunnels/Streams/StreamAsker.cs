using System.Net;
using System.Net.Sockets;

namespace Culvert.Server.Tunnels.Streams;

/// <summary>Who wants a stream. Immutable.</summary>
/// <param name="User">The user's name; null for nobody known.</param>
/// <param name="Remote">Where the request came from; null when not known.</param>
internal sealed record StreamAsker(string? User, IPAddress? Remote)
{
    /// <summary>The address as RFC 7239 §6 has it; null when not known.</summary>
    public string? Address => Remote switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } => Remote.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"[{Remote}]",
        _ => Remote.ToString(),
    };

    /// <summary>For the log.</summary>
    public override string ToString() => User ?? Address ?? "somebody";
}
