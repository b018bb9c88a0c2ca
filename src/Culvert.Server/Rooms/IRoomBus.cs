namespace Culvert.Server.Rooms;

/// <summary>Tells the other nodes what happened on this one. The truth is in the store; this only wakes up.</summary>
/// <remarks>
/// A message may be lost, and losing it costs latency: whoever receives applies what fits and reads the store
/// otherwise. Messages of one node arrive in order or not at all; a node does not hear its own.
/// </remarks>
internal interface IRoomBus : IAsyncDisposable
{
    /// <summary>
    /// Takes each message of other nodes, one after another, on a thread of the bus; must not block, nor throw. Set
    /// before <see cref="Start"/>.
    /// </summary>
    Action<BusMessage>? Received { get; set; }

    /// <summary>
    /// Called when messages may have been lost: the bus was away and is back, or somebody sent more than it takes.
    /// Whoever listens reads the store. As <see cref="Received"/> otherwise.
    /// </summary>
    Action? Lost { get; set; }

    /// <summary>True while messages of others can arrive.</summary>
    bool IsConnected { get; }

    /// <summary>Begins to connect, and goes on for ever after a failure.</summary>
    void Start();

    /// <summary>
    /// Sends to all other nodes. Never waits and never throws; safe from any thread. What does not fit into the bounded
    /// queue is dropped, and the others are told to look for themselves.
    /// </summary>
    void Send(BusMessage message);
}
