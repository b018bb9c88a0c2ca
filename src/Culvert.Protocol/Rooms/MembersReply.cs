namespace Culvert.Protocol.Rooms;

/// <summary>
/// Answer of <c>GET /v1/rooms/{room}/members</c> and of <c>who</c>: who is online at one presence version. Immutable.
/// </summary>
public sealed record MembersReply
{
    /// <summary>The presence version; the next <c>here</c> is <c>Pv + 1</c>.</summary>
    public required long Pv { get; init; }

    /// <summary>Names of the users who are online.</summary>
    public required IReadOnlyList<string> Online { get; init; }
}
