namespace Culvert.Server.Accounts;

/// <summary>Body of <c>POST /v1/invites/accept</c>.</summary>
internal sealed record InviteBody
{
    public required string Token { get; init; }
}
