namespace Culvert.Server.Rooms;

/// <summary>Roles and kinds as the wire spells them.</summary>
internal static class RoleNames
{
    public static string Of(RoomRole role) => role switch
    {
        RoomRole.Owner => "owner",
        RoomRole.Moderator => "moderator",
        _ => "member",
    };

    public static string Of(RoomKind kind) => kind switch
    {
        RoomKind.Direct => "direct",
        RoomKind.Private => "private",
        _ => "public",
    };

    public static bool TryParse(string? text, out RoomRole role)
    {
        role = text switch
        {
            "owner" => RoomRole.Owner,
            "moderator" => RoomRole.Moderator,
            _ => RoomRole.Member,
        };
        return text is "owner" or "moderator" or "member";
    }

    /// <summary>Kinds that a room can be given: one is born direct and stays so.</summary>
    public static bool TryParse(string? text, out RoomKind kind)
    {
        kind = text == "private" ? RoomKind.Private : RoomKind.Public;
        return text is "private" or "public";
    }
}
