namespace Culvert.Server.Streams;

/// <summary>
/// One client's place in a topic: a number, and no queue. The log's lock guards all but the enumeration itself.
/// </summary>
internal sealed class TopicReader(TopicLog log, OpenStream stream) : IAsyncEnumerator<ReadOnlyMemory<byte>>
{
    private TaskCompletionSource? _waiting;

    /// <summary>The number of the item to send next.</summary>
    public long Next { get; set; }

    /// <summary>It has been up to date once: from then on it must not fall behind.</summary>
    public bool IsLive { get; set; }

    /// <summary>A notice to send before the next item.</summary>
    public ReadOnlyMemory<byte> Notice { get; set; }

    public Framing Framing => stream.Framing;

    public ReadOnlyMemory<byte> Current { get; private set; }

    public async ValueTask<bool> MoveNextAsync()
    {
        while (true)
        {
            stream.Ended.ThrowIfCancellationRequested();
            if (log.TryTake(this, out var frame, out var more))
            {
                Current = frame;
                return true;
            }

            if (more is null)
            {
                return false;
            }

            await more.WaitAsync(stream.Ended);
        }
    }

    public ValueTask DisposeAsync()
    {
        log.Leave(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Completes at the next <see cref="Wake"/>.</summary>
    public Task NextWake()
    {
        _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task;
    }

    /// <summary>There is something to take; false when nobody was waiting for it.</summary>
    public bool Wake()
    {
        var waiting = _waiting;
        _waiting = null;
        waiting?.SetResult();
        return waiting is not null;
    }

    /// <summary>It cannot keep up.</summary>
    public void Cut() => stream.End(StreamEnd.SlowConsumer);
}
