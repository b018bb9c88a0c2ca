using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>One API token. Immutable; times are UTC Unix milliseconds.</summary>
internal sealed record TokenRecord
{
    /// <summary>Random, so that any node may give it; see <see cref="Secrets.NewTokenId"/>.</summary>
    public required long Id { get; init; }

    public required CredentialHash Hash { get; init; }

    public required long UserId { get; init; }

    /// <summary>What its user calls it.</summary>
    public required string Name { get; init; }

    public required Scopes Scopes { get; init; }

    /// <summary>Name keys of the only rooms it opens; null for every room of its user.</summary>
    public IReadOnlyList<string>? RoomKeys { get; init; }

    /// <summary>Outside rate and connection limits.</summary>
    public bool IsUnlimited { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>When it was last used, to within an hour; 0 for never.</summary>
    public long LastUsedAt { get; init; }

    /// <summary>When it was withdrawn; 0 while it is valid.</summary>
    public long RevokedAt { get; init; }
}
