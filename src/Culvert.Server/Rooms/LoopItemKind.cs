namespace Culvert.Server.Rooms;

/// <summary>What a writer loop can be told.</summary>
internal enum LoopItemKind
{
    /// <summary>A room has new events.</summary>
    Dirty,

    /// <summary>A connection can take bytes again.</summary>
    Drained,

    /// <summary>A connection began.</summary>
    Start,

    /// <summary>A connection's own bytes (a reply, a pong) are to be sent.</summary>
    Send,

    /// <summary>A subscription begins.</summary>
    Attach,

    /// <summary>A subscription ends at its reader's wish.</summary>
    Detach,

    /// <summary>A page from the store is there.</summary>
    Page,

    /// <summary>Something ephemeral happened in a room.</summary>
    Ephemeral,

    /// <summary>Readers of a room may have lost their right to it.</summary>
    Evict,

    /// <summary>A connection is to be told goodbye.</summary>
    End,

    /// <summary>A connection broke.</summary>
    Lost,

    /// <summary>Some connections are to be told goodbye.</summary>
    EndWhere,

    /// <summary>Something about a user, in no room of theirs in particular.</summary>
    ToUser,

    /// <summary>Time passed.</summary>
    Tick,
}
