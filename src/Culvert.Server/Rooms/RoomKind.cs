namespace Culvert.Server.Rooms;

/// <summary>Who may find and enter a room. The numbers are stored; never renumber.</summary>
internal enum RoomKind
{
    /// <summary>Every signed-in user may read and write.</summary>
    Public = 0,

    /// <summary>Members only; to everybody else the room does not exist.</summary>
    Private = 1,

    /// <summary>
    /// One room for each set of people, who are its members for ever. Nobody moderates it, and it stays what it is.
    /// </summary>
    Direct = 2,
}
