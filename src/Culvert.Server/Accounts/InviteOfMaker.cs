namespace Culvert.Server.Accounts;

/// <summary>An invitation and who made it, as one snapshot.</summary>
internal sealed record InviteOfMaker(InviteRecord Invite, UserRecord Maker);
