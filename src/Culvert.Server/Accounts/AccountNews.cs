namespace Culvert.Server.Accounts;

/// <summary>What a change of an account means for the other nodes.</summary>
internal sealed record AccountNews
{
    /// <summary>Credentials that ended.</summary>
    public Revocation? Revoked { get; init; }

    /// <summary>The hash of a secret that was replaced by another, while what was opened with it stays open.</summary>
    public CredentialHash? Replaced { get; init; }

    /// <summary>The user whose name or picture is another; 0 for nobody's.</summary>
    public long Profile { get; init; }
}
