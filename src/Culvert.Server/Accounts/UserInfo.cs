using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>A user as the API shows one.</summary>
internal sealed record UserInfo
{
    public required string Name { get; init; }

    /// <summary>The display name; null for none.</summary>
    public string? Title { get; init; }

    public required string Role { get; init; }

    /// <summary>True for a user whose every credential is refused.</summary>
    public required bool Disabled { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    public static UserInfo Of(UserRecord user) => new()
    {
        Name = user.Name,
        Title = user.Title,
        Role = RoleNames.Of(user.Role),
        Disabled = user.IsDisabled,
        CreatedAt = user.CreatedAt,
    };
}
