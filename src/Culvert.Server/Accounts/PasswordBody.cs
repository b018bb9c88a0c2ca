namespace Culvert.Server.Accounts;

/// <summary>Body of <c>POST /v1/users/{name}/password</c>.</summary>
internal sealed record PasswordBody
{
    /// <summary>The new one.</summary>
    public required string Password { get; init; }

    /// <summary>The one until now; needed by users for their own.</summary>
    public string? Current { get; init; }
}
