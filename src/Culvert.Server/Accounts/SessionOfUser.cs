namespace Culvert.Server.Accounts;

/// <summary>A session and its user, as one snapshot.</summary>
internal sealed record SessionOfUser(SessionRecord Session, UserRecord User);
