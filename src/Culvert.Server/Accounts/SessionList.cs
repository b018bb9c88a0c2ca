namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>GET /v1/sessions</c>: the caller's own, last used first.</summary>
internal sealed record SessionList
{
    public required IReadOnlyList<SessionInfo> Sessions { get; init; }
}
