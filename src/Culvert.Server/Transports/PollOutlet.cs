using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Keeps nothing of what it is sent; it only says that there was something of the log.</summary>
internal sealed class PollOutlet : Outlet
{
    private TaskCompletionSource _woken = NewSignal();

    /// <summary>Completes with the first event of the log or <see cref="Wake"/> after <see cref="Rearm"/>.</summary>
    public Task Woken => Volatile.Read(ref _woken).Task;

    /// <summary>Begins to listen anew; what is read from the store afterwards holds all that came before.</summary>
    public void Rearm() => Volatile.Write(ref _woken, NewSignal());

    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    public override SendResult Send(ReadOnlySpan<byte> bytes, Subscriber drained)
    {
        // Only events of the log have an offset: not presence, typing, ready or heartbeats. Inside of texts and names
        // the quote would be escaped.
        if (bytes.IndexOf(",\"offset\":"u8) >= 0)
        {
            Wake();
        }

        return SendResult.Sent;
    }

    // The reader goes on elsewhere: it must not run on the writer loop.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
