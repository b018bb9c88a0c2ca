using System.Text.Json.Serialization;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>A user as others see one.</summary>
internal sealed record ProfileInfo
{
    public required string Name { get; init; }

    /// <summary>The display name; the name of a user who has set none.</summary>
    public required string Title { get; init; }

    /// <summary>The version of the picture, for its address; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required long? Avatar { get; init; }

    /// <summary>Role on the server.</summary>
    public required string Role { get; init; }

    public static ProfileInfo Of(UserRecord user) => new()
    {
        Name = user.Name,
        Title = user.Title ?? user.Name,
        Avatar = user.Avatar == 0 ? null : user.Avatar,
        Role = RoleNames.Of(user.Role),
    };
}
