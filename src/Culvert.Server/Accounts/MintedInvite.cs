namespace Culvert.Server.Accounts;

/// <summary>An invitation that has just been made.</summary>
/// <param name="Invite">What is stored of it.</param>
/// <param name="Secret">For its link; known to nobody else.</param>
internal sealed record MintedInvite(InviteRecord Invite, string Secret);
