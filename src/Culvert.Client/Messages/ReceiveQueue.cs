namespace Culvert.Client.Messages;

/// <summary>
/// What was received and not yet taken, bounded by bytes and count. Thread-safe; any number take, one at a time adds.
/// </summary>
internal sealed class ReceiveQueue(MessageLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Queue<Message> _messages = [];
    private readonly LinkedList<MessageTaker> _takers = [];
    private TaskCompletionSource? _room;
    private MessageClaim? _claim;
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

    /// <summary>
    /// What becomes of a message of which only a part has come: those before it come first, then whoever asks next
    /// decides. A reader who waits has it with this call.
    /// </summary>
    /// <param name="claim">For this call alone.</param>
    /// <param name="waits">Whether to wait for somebody who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><see cref="MessageFate.Open"/> only without waiting.</returns>
    public async ValueTask<MessageFate> ClaimAsync(
        MessageClaim claim, bool waits, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isClosing || _isComplete)
            {
                return MessageFate.Dropped;
            }

            if (_takers.First?.Value is { } first)
            {
                return first.TakesPieces && TryHand(claim.Begun) ? MessageFate.Pieces : MessageFate.Whole;
            }

            if (!waits)
            {
                return MessageFate.Open;
            }

            _claim = claim;
        }

        try
        {
            return await claim.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _claim = _claim == claim ? null : _claim;
            }
        }
    }

    /// <summary>The next message; null at the end. Cancelling only stops waiting: nothing is lost.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="takesPieces">Whether it may be one that has only begun.</param>
    public async ValueTask<Message?> TakeAsync(CancellationToken cancellationToken, bool takesPieces = false)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TakeOrWait(takesPieces, out var message) is { } taker)
        {
            using var registration = cancellationToken.UnsafeRegister(
                (state, token) => GiveUp((MessageTaker)state!, token), // The taker, below.
                taker);
            message = await taker.Task.ConfigureAwait(false);
        }

        return message;
    }

    /// <summary>The next message, or null at the end; false when the time is over, and nothing is lost.</summary>
    public bool TryTake(TimeSpan timeout, out Message? message)
    {
        if (TakeOrWait(takesPieces: false, out message) is not { } taker)
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
            Decide(MessageFate.Dropped);
            ReleaseRoom();
        }
    }

    /// <summary>Nothing follows; what is there can still be taken.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            Decide(MessageFate.Dropped);
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
    private MessageTaker? TakeOrWait(bool takesPieces, out Message? message)
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

            if (_claim is { } claim && takesPieces)
            {
                message = claim.Begun;
                Decide(MessageFate.Pieces);
                return null;
            }

            // Also for one who only looks in for a moment: it is there when he looks in again.
            Decide(MessageFate.Whole);
            var taker = new MessageTaker(takesPieces);
            _takers.AddLast(taker);
            return taker;
        }
    }

    private void Decide(MessageFate fate)
    {
        _claim?.TrySetResult(fate);
        _claim = null;
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

    private void GiveUp(MessageTaker taker, CancellationToken cancellationToken)
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
