namespace Culvert.Client.Messages;

/// <summary>
/// What was received and not yet taken, bounded by bytes and count. Thread-safe; any number take, one at a time adds.
/// </summary>
internal sealed class ReceiveQueue(MessageLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Queue<Message> _messages = [];
    private readonly LinkedList<TaskCompletionSource<Message?>> _takers = [];
    private TaskCompletionSource? _room;
    private long _bytes;
    private bool _isFull;
    private bool _isClosing;
    private bool _isComplete;

    /// <summary>Whether adding waits for room, so that nothing is read from the network.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _isFull;
            }
        }
    }

    /// <summary>Whether a message is there to be taken at once.</summary>
    public bool HasMessage
    {
        get
        {
            lock (_lock)
            {
                return _messages.Count > 0;
            }
        }
    }

    /// <summary>
    /// Adds a message once there is room for it. It is dropped when nobody will take it: after closing, if there is no
    /// room, and after the end.
    /// </summary>
    public async ValueTask AddAsync(Message message, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (TryHand(message))
                {
                    return;
                }

                _isFull |= !HasRoom(message);
                if (_isComplete || (_isFull && _isClosing))
                {
                    message.Dispose();
                    return;
                }

                if (!_isFull)
                {
                    _messages.Enqueue(message);
                    _bytes += message.Length;
                    return;
                }

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The next message; null at the end. Cancelling only stops waiting: nothing is lost.</summary>
    public async ValueTask<Message?> TakeAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TakeOrWait(out var message) is { } taker)
        {
            using var registration = cancellationToken.UnsafeRegister(
                (state, token) => GiveUp((TaskCompletionSource<Message?>)state!, token), // The taker, below.
                taker);
            message = await taker.Task.ConfigureAwait(false);
        }

        return message;
    }

    /// <summary>The next message, or null at the end; false when the time is over, and nothing is lost.</summary>
    public bool TryTake(TimeSpan timeout, out Message? message)
    {
        if (TakeOrWait(out message) is not { } taker)
        {
            return true;
        }

        if (timeout != TimeSpan.Zero)
        {
            Task.WaitAny([taker.Task], timeout);
        }

        GiveUp(taker, new CancellationToken(canceled: true));
        if (taker.Task.IsCompletedSuccessfully)
        {
            message = taker.Task.Result;
            return true;
        }

        return false;
    }

    /// <summary>This side closes: nothing waits for room any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosing = true;
            ReleaseRoom();
        }
    }

    /// <summary>Nothing follows; what is there can still be taken.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            ReleaseRoom();
            foreach (var taker in _takers)
            {
                taker.TrySetResult(null);
            }

            _takers.Clear();
        }
    }

    /// <summary>Drops what is there.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            while (_messages.TryDequeue(out var message))
            {
                message.Dispose();
            }

            _bytes = 0;
        }
    }

    /// <summary>The next message, or null at the end; where neither is there, what to wait for.</summary>
    private TaskCompletionSource<Message?>? TakeOrWait(out Message? message)
    {
        lock (_lock)
        {
            if (_messages.TryDequeue(out message))
            {
                _bytes -= message.Length;
                var isQuarter = _bytes <= limits.ReceiveQueueBytes / 4
                    && _messages.Count <= limits.ReceiveQueueMessages / 4;
                if (_isFull && isQuarter)
                {
                    _isFull = false;
                    ReleaseRoom();
                }

                return null;
            }

            if (_isComplete)
            {
                return null;
            }

            var taker = new TaskCompletionSource<Message?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _takers.AddLast(taker);
            return taker;
        }
    }

    private bool TryHand(Message message)
    {
        if (_takers.First is not { } first)
        {
            return false;
        }

        _takers.RemoveFirst();
        return first.Value.TrySetResult(message);
    }

    private void GiveUp(TaskCompletionSource<Message?> taker, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Not among them any more when a message was handed over first: it is delivered then.
            if (_takers.Remove(taker))
            {
                taker.TrySetCanceled(cancellationToken);
            }
        }
    }

    private bool HasRoom(Message message) =>
        _messages.Count == 0
        || (_messages.Count < limits.ReceiveQueueMessages && _bytes + message.Length <= limits.ReceiveQueueBytes);

    private void ReleaseRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }
}
