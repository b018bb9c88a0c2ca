namespace Culvert.Server.Transports;

/// <summary>A member as <c>GET /v1/rooms/{room}/roster</c> shows one. Immutable.</summary>
internal sealed record RosterMember
{
    /// <summary>The user's name.</summary>
    public required string Name { get; init; }

    /// <summary><c>member</c>, <c>moderator</c> or <c>owner</c>.</summary>
    public required string Role { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long JoinedAt { get; init; }

    /// <summary>UTC Unix milliseconds, 2^53 - 1 for without end; null for one who is not muted.</summary>
    public long? MutedUntil { get; init; }
}
