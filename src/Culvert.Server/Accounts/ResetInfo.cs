namespace Culvert.Server.Accounts;

/// <summary>Answer of <c>POST /v1/users/{name}/reset</c>.</summary>
internal sealed record ResetInfo
{
    public required string Token { get; init; }

    /// <summary>The page to send the user to.</summary>
    public required string Path { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long ExpiresAt { get; init; }

    public static ResetInfo Of(string secret, long expiresAt) =>
        new() { Token = secret, Path = $"/reset/{secret}", ExpiresAt = expiresAt };
}
