namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>GET /v1/users</c>: one page, by name.</summary>
internal sealed record UserList
{
    public required IReadOnlyList<UserInfo> Users { get; init; }

    /// <summary>For <c>?before=</c>, to get the page before; null on the first one.</summary>
    public string? Previous { get; init; }

    /// <summary>For <c>?after=</c>, to get the next page; null on the last one.</summary>
    public string? Next { get; init; }
}
