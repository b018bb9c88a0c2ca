namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>POST /v1/invites/accept</c>.</summary>
/// <param name="Room">The room that the caller is a member of now.</param>
internal sealed record InviteReply(string Room);
