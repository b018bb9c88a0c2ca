namespace Culvert.Server.Accounts;

/// <summary>An API token and its user, as one snapshot.</summary>
internal sealed record TokenOfUser(TokenRecord Token, UserRecord User);
