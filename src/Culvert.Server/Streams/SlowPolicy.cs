namespace Culvert.Server.Streams;

/// <summary>What a topic does with a client that cannot keep up. The publisher never waits.</summary>
public enum SlowPolicy
{
    /// <summary>Cuts it off; it comes back and goes on with its last id. For what must be complete.</summary>
    Disconnect,

    /// <summary>
    /// Leaves out the oldest items that it has not got, and says how many with <c>{"type":"dropped","count":n}</c>.
    /// </summary>
    DropOldest,

    /// <summary>Sends it the newest item only, and says nothing: for states that replace each other.</summary>
    LatestOnly,
}
