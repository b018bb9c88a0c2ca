namespace Culvert.Protocol.Rooms;

/// <summary>Answer of <c>POST /v1/tokens</c>. Immutable.</summary>
public sealed record TokenReply
{
    /// <summary>The secret, shown once.</summary>
    public required string Token { get; init; }

    /// <summary>What the token is for.</summary>
    public string? Name { get; init; }
}
