namespace Culvert.Server.Transports;

/// <summary>Body of <c>POST /v1/rooms/{room}/members</c>. Immutable.</summary>
internal sealed record MemberBody
{
    /// <summary>Who becomes a member.</summary>
    public required string User { get; init; }

    /// <summary><c>member</c>, <c>moderator</c> or <c>owner</c>; null keeps the role of a member.</summary>
    public string? Role { get; init; }
}
