namespace Culvert.Server.Rooms;

/// <summary>What an API token may be used for. Stored; never renumber.</summary>
[Flags]
internal enum Scopes
{
    None = 0,

    /// <summary><c>read</c>: list rooms, subscribe, read history and members.</summary>
    Read = 1,

    /// <summary>
    /// <c>write</c>: publish, edit and erase own messages, react, move the read cursor, create rooms.
    /// </summary>
    Write = 2,

    /// <summary><c>moderate</c>: moderation, as far as the user's role goes.</summary>
    Moderate = 4,

    /// <summary><c>owner</c>: everything, accounts included, as far as the user's role goes.</summary>
    Owner = 8,

    /// <summary><c>connect</c>: open targets and names through a tunnel.</summary>
    Connect = 16,

    /// <summary><c>listen</c>: register names through a tunnel.</summary>
    Listen = 32,

    All = Read | Write | Moderate | Owner | Connect | Listen,
}
