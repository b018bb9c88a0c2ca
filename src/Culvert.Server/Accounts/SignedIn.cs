namespace Culvert.Server.Accounts;

/// <summary>A session that has just begun.</summary>
/// <param name="User">Whose.</param>
/// <param name="Secret">For the cookie; known to nobody else.</param>
/// <param name="Lifetime">How long it can last at most.</param>
internal sealed record SignedIn(UserRecord User, string Secret, TimeSpan Lifetime);
