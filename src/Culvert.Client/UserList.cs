namespace Culvert.Client;

/// <summary>Answer of <c>GET /v1/users</c>.</summary>
internal sealed record UserList
{
    public IReadOnlyList<UserInfo> Users { get; init; } = [];
}
