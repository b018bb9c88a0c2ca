using Culvert.Server.Accounts;

namespace Culvert.Server.Nodes;

/// <summary>What an entry of the control log says, as JSON. Members that a newer node adds are passed over.</summary>
internal sealed record ControlBody
{
    /// <summary>The process that wrote it, and has acted on it already.</summary>
    public required string By { get; init; }

    /// <summary>Credentials that ended.</summary>
    public Revocation? Revoked { get; init; }

    /// <summary>The user whose name or picture is another; 0 for nobody's.</summary>
    public long Profile { get; init; }
}
