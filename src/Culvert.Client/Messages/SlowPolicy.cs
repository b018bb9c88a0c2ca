namespace Culvert.Client.Messages;

/// <summary>
/// What a broadcast does with a client that has not taken <see cref="MessageLimits.SendQueueBytes"/> of earlier
/// messages yet.
/// </summary>
public enum SlowPolicy
{
    /// <summary>Closes it with 1008: it knows then that it missed something. The default.</summary>
    DropClient,

    /// <summary>Passes it over: it misses this message, and nothing tells it.</summary>
    DropMessage,
}
