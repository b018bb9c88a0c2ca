namespace Culvert.Server.Rooms;

/// <summary>Which rooms are listed.</summary>
internal enum RoomShow
{
    /// <summary>Those the user may know of.</summary>
    Visible,

    /// <summary>Those of them that are no direct rooms.</summary>
    Named,

    /// <summary>Those of them that the user is a member of.</summary>
    Joined,

    /// <summary>Those that were deleted and that the user may bring back.</summary>
    Deleted,
}
