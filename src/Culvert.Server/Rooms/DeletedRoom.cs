namespace Culvert.Server.Rooms;

/// <summary>A room whose time to be restored is over.</summary>
/// <param name="Id">Its id.</param>
/// <param name="NameKey">The key by which it may still be loaded.</param>
internal sealed record DeletedRoom(long Id, string NameKey);
