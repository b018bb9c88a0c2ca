namespace Culvert.Server.Accounts;

/// <summary>An API token that has just been made.</summary>
/// <param name="Token">What the store keeps.</param>
/// <param name="Secret">For its bearer; shown once.</param>
internal sealed record MintedToken(TokenRecord Token, string Secret);
