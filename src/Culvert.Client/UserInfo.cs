namespace Culvert.Client;

/// <summary>An account as <see cref="CulvertClient.ListUsersAsync"/> lists it.</summary>
public sealed record UserInfo
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary><c>owner</c>, <c>moderator</c> or <c>member</c>.</summary>
    public required string Role { get; init; }

    /// <summary>True when the account may not sign in.</summary>
    public bool Disabled { get; init; }

    /// <summary>When the account was made, UTC Unix milliseconds.</summary>
    public long CreatedAt { get; init; }
}
