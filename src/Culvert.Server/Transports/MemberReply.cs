namespace Culvert.Server.Transports;

/// <summary>Answer of <c>POST /v1/rooms/{room}/members</c>. Immutable.</summary>
internal sealed record MemberReply
{
    /// <summary>The user's name as written at creation.</summary>
    public required string User { get; init; }

    /// <summary>The user's role in the room.</summary>
    public required string Role { get; init; }

    /// <summary>Offset of the event; null when nothing had to change.</summary>
    public long? Offset { get; init; }
}
