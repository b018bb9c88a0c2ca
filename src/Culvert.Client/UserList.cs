namespace Culvert.Client;

/// <summary>One page of <c>GET /v1/users</c>.</summary>
internal sealed record UserList
{
    public IReadOnlyList<UserInfo> Users { get; init; } = [];

    /// <summary>For <c>?after=</c>; null on the last page.</summary>
    public string? Next { get; init; }
}
