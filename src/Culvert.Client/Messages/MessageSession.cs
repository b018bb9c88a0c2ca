using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// The connection of a client, and after a loss the next one: knows where a message goes, and how far things are.
/// Thread-safe.
/// </summary>
#pragma warning disable CA1001 // Without a timer the source of the token holds nothing to give back.
internal sealed class MessageSession
#pragma warning restore CA1001
{
    private readonly Lock _lock = new();
    private readonly StateNotices _notices;
    private readonly CancellationTokenSource _stop = new();
    private readonly ReceiveQueue _queue;
    private readonly MessageDialer? _dialer;
    private readonly HeldMessages? _held;
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MessageConnection _connection;
    private ConnectionState _state = ConnectionState.Open;
    private CloseInfo? _lost;
    private CloseInfo? _closed;
    private long _dropped;

    /// <param name="queue">Receives what comes, on any connection.</param>
    /// <param name="connection">The first.</param>
    /// <param name="dialer">Opens the others; null when there will be none.</param>
    /// <param name="context">Where handlers are called; null for the thread pool.</param>
    public MessageSession(
        ReceiveQueue queue, MessageConnection connection, MessageDialer? dialer, SynchronizationContext? context)
    {
        _queue = queue;
        _connection = connection;
        _dialer = dialer;
        _notices = new StateNotices(context);
        _held = dialer?.Reconnect is { } rules ? new HeldMessages(rules, dialer.Time) : null;
        _ = SuperviseAsync(connection); // CloseAsync awaits its end.
    }

    public event Action<StateChange>? StateChanged;

    public ConnectionState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    public CloseInfo? Closed => Volatile.Read(ref _closed);

    public Task Finished => _finished.Task;

    public MessageConnection Connection => Volatile.Read(ref _connection);

    public long Dropped
    {
        get
        {
            lock (_lock)
            {
                return _dropped + (_held?.Dropped ?? 0);
            }
        }
    }

    public async Task CloseAsync(int code, string reason)
    {
        MessageConnection connection;
        lock (_lock)
        {
            connection = _connection;
            if (_state == ConnectionState.Connecting)
            {
                _lost = new CloseInfo(code, reason, CloseSide.Local, IsClean: false);
            }

            Change(_state == ConnectionState.Closed ? _state : ConnectionState.Closing);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        _ = connection.CloseAsync(code, reason); // It never fails, and the supervisor awaits its end.
        await _finished.Task.ConfigureAwait(false);
    }

    /// <summary>Where a message goes; null when it need not go anywhere now.</summary>
    public MessageConnection? Route(Opcode opcode, ReadOnlySpan<byte> data)
    {
        lock (_lock)
        {
            if (_state != ConnectionState.Connecting)
            {
                return _connection;
            }

            switch (_dialer?.Reconnect?.WhileDown)
            {
                case SendPolicy.Drop:
                    _dropped++;
                    return null;
                case SendPolicy.Buffer when _held is not null && _held.TryAdd(opcode, data):
                    return null;
                default:
                    // Ended, and says how.
                    return _connection;
            }
        }
    }

    /// <summary>Waits for the end of the connection, and opens the next one if there shall be one.</summary>
    private async Task SuperviseAsync(MessageConnection connection)
    {
        while (true)
        {
            var lost = await connection.Ended.ConfigureAwait(false);
            var next = await ReplaceAsync(lost).ConfigureAwait(false);
            if (next is null)
            {
                break;
            }

            connection = next;
        }

        lock (_lock)
        {
            Volatile.Write(ref _closed, _lost);
            Change(ConnectionState.Closed);
        }

        _queue.Complete();
        _finished.SetResult();
    }

    private async Task<MessageConnection?> ReplaceAsync(CloseInfo lost)
    {
        lock (_lock)
        {
            _lost = lost;
            if (_state != ConnectionState.Open || _dialer?.ComesBackAfter(lost) != true)
            {
                return null;
            }

            Change(ConnectionState.Connecting);
        }

        if (await _dialer.ReopenAsync(_stop.Token).ConfigureAwait(false) is not { } next)
        {
            return null;
        }

        while (true)
        {
            Opcode opcode;
            byte[] data;
            lock (_lock)
            {
                if (_state != ConnectionState.Connecting || _held is null || !_held.TryTake(out opcode, out data))
                {
                    Volatile.Write(ref _connection, next);
                    Change(_state == ConnectionState.Connecting ? ConnectionState.Open : _state);
                    break;
                }
            }

            if (!next.TryPost(opcode, data))
            {
                await SendHeldAsync(next, opcode, data).ConfigureAwait(false);
            }
        }

        if (State == ConnectionState.Closing)
        {
            // Closed while the connection was being opened.
            _ = next.CloseAsync(_lost.Code, _lost.Reason);
        }

        return next;
    }

    private async Task SendHeldAsync(MessageConnection connection, Opcode opcode, byte[] data)
    {
        try
        {
            await connection.SendAsync(opcode, data, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConnectionClosedException or OperationCanceledException)
        {
            lock (_lock)
            {
                _dropped++;
            }
        }
    }

    /// <summary>Under the lock, so that notices are in order.</summary>
    private void Change(ConnectionState state)
    {
        if (state == _state)
        {
            return;
        }

        var change = new StateChange(_state, state, _lost);
        _state = state;
        if (StateChanged is { } handler)
        {
            _notices.Add(handler, change);
        }
    }
}
