namespace Culvert.Server.Accounts;

/// <summary>What the store keeps of one invitation. Immutable; times are UTC Unix milliseconds.</summary>
internal sealed record InviteRecord
{
    /// <summary>Random; see <see cref="Secrets.NewTokenId"/>.</summary>
    public required long Id { get; init; }

    public required CredentialHash Hash { get; init; }

    /// <summary>Who made it. It is good only as long as its maker may invite.</summary>
    public required long MakerId { get; init; }

    /// <summary>The room that whoever takes it joins; null for none.</summary>
    public long? RoomId { get; init; }

    /// <summary>The name of that room.</summary>
    public string? Room { get; init; }

    /// <summary>How many may take it.</summary>
    public required int Uses { get; init; }

    /// <summary>How many still may.</summary>
    public required int UsesLeft { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>From when on nobody may.</summary>
    public required long ExpiresAt { get; init; }
}
