namespace Culvert.Server.Accounts;

/// <summary>A session as its user sees it.</summary>
internal sealed record SessionInfo
{
    /// <summary>For <c>DELETE /v1/sessions/{id}</c>. Exact in a double.</summary>
    public required long Id { get; init; }

    /// <summary>True for the session that asks.</summary>
    public required bool Current { get; init; }

    /// <summary>The browser's <c>User-Agent</c>.</summary>
    public required string Agent { get; init; }

    /// <summary>The network it was signed in from, see <see cref="AddressPrefix"/>; empty for unknown.</summary>
    public required string Address { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>When it was last used, UTC Unix milliseconds, to within an hour.</summary>
    public required long SeenAt { get; init; }

    public static SessionInfo Of(SessionRecord session, long currentId) => new()
    {
        Id = session.Id,
        Current = session.Id == currentId,
        Agent = session.Agent,
        Address = AddressPrefix.Of(session.Address),
        CreatedAt = session.CreatedAt,
        SeenAt = session.SeenAt,
    };
}
