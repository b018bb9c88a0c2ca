namespace Culvert.Server.Transports;

/// <summary>A page of <c>GET /v1/rooms/{room}/roster</c>. Immutable.</summary>
internal sealed record RosterReply
{
    /// <summary>Members by age of their account, without those who are banned.</summary>
    public required IReadOnlyList<RosterMember> Members { get; init; }

    /// <summary>Banned users, in the same order; null for those who are no moderators.</summary>
    public IReadOnlyList<RosterBan>? Banned { get; init; }

    /// <summary>What <c>?before=</c> takes for the page before; null when this is the first one.</summary>
    public string? Previous { get; init; }

    /// <summary>What <c>?after=</c> takes for the next page; null when this is the last one.</summary>
    public string? Next { get; init; }
}
