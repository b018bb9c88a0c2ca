namespace Culvert.Server.Rooms;

/// <summary>What a caller may do in one room. Ordered: each includes those before it.</summary>
internal enum Capability
{
    /// <summary>Nothing: the room answers as if it did not exist.</summary>
    None = 0,

    /// <summary>Subscribe, read history, members and presence, move the read cursor.</summary>
    Read = 1,

    /// <summary>Publish, edit and erase own messages, react, type.</summary>
    Write = 2,

    /// <summary>Edit settings, erase any message, kick, ban, mute, clear.</summary>
    Moderate = 3,
}
