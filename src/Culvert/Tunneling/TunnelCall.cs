using Culvert.Client.Tunnels;
using Culvert.Servers;

namespace Culvert.Tunneling;

/// <summary>What the command line asks of <c>culvert tunnel</c>.</summary>
internal sealed record TunnelCall
{
    public required ServerTarget Server { get; init; }

    public required TunnelOptions Options { get; init; }

    public IReadOnlyList<LocalSpec> Locals { get; init; } = [];

    public IReadOnlyList<RemoteSpec> Remotes { get; init; } = [];

    /// <summary>The target that standard input and output are joined to; null for none.</summary>
    public string? Stdio { get; init; }

    /// <summary>Whether to wait for a server and for names that are not there yet.</summary>
    public bool Waits { get; init; }

    /// <summary>Whether to report every connection.</summary>
    public bool Verbose { get; init; }
}
