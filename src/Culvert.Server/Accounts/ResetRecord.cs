namespace Culvert.Server.Accounts;

/// <summary>A link with which a user sets a new password, once.</summary>
/// <param name="Hash">Of its secret.</param>
/// <param name="UserId">Whose password.</param>
/// <param name="ExpiresAt">UTC Unix milliseconds.</param>
internal sealed record ResetRecord(CredentialHash Hash, long UserId, long ExpiresAt);
