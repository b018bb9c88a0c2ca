namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>GET /v1/invites</c>: those that are still good, newest first.</summary>
internal sealed record InviteList
{
    public required IReadOnlyList<InviteInfo> Invites { get; init; }
}
