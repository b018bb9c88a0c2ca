using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Roles as words of the API.</summary>
internal static class RoleNames
{
    public static string Format(RoomRole role) => role switch
    {
        RoomRole.Owner => "owner",
        RoomRole.Moderator => "moderator",
        _ => "member",
    };

    public static bool TryParse(string word, out RoomRole role)
    {
        role = word switch
        {
            "owner" => RoomRole.Owner,
            "moderator" => RoomRole.Moderator,
            _ => RoomRole.Member,
        };
        return Format(role) == word;
    }
}
