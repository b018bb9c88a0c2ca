namespace Culvert.Protocol.Rooms;

/// <summary>Answer of <c>GET /v1/me</c>. Immutable.</summary>
public sealed record MeReply
{
    /// <summary>The user's name.</summary>
    public required string Name { get; init; }

    /// <summary><c>member</c>, <c>moderator</c> or <c>owner</c>.</summary>
    public required string Role { get; init; }

    /// <summary>What the credential allows: <c>read write moderate owner</c>.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The only rooms the credential opens; null for no such limit.</summary>
    public IReadOnlyList<string>? Rooms { get; init; }

    /// <summary>When the credential ends, UTC Unix milliseconds; null for never.</summary>
    public long? ExpiresAt { get; init; }
}
