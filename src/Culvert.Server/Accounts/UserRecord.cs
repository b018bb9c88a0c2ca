using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>What the store keeps of one user. Immutable.</summary>
internal sealed record UserRecord
{
    /// <summary>The built-in user that the owner token speaks for.</summary>
    public const long OwnerId = 1;

    /// <summary>Positive; given by the store when it adds the user, never used again.</summary>
    public long Id { get; init; }

    /// <summary>The name as its owner wrote it; what events show.</summary>
    public required string Name { get; init; }

    /// <summary>Normalised <see cref="Name"/>: the unique key look-ups use.</summary>
    public required string NameKey { get; init; }

    public RoomRole Role { get; init; }

    /// <summary>As <see cref="PasswordHasher"/> wrote it; null for a user who cannot sign in.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>True for a user whose every credential is refused.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>The display name, null for a user who goes by the name.</summary>
    public string? Title { get; init; }

    /// <summary>The version of the user's picture, another one at each change; 0 for none.</summary>
    public long Avatar { get; init; }
}
