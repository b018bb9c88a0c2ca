using Culvert.Server.Accounts;

namespace Culvert.Server.Nodes;

/// <summary>What an entry of the control log says, as JSON. Members that a newer node adds are passed over.</summary>
internal sealed record ControlBody
{
    /// <summary>Credentials that ended.</summary>
    public Revocation? Revoked { get; init; }

    /// <summary>The hash of a secret that is not to be believed any more; what it opened stays open.</summary>
    public byte[]? Replaced { get; init; }

    /// <summary>The user whose name or picture is another; 0 for nobody's.</summary>
    public long Profile { get; init; }
}
