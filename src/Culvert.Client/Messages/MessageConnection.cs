using System.Buffers;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// One connection from the end of the handshake on: reads into a queue, writes for any thread, answers pings, sends its
/// own, and sees to it that both sides learn of the end. Thread-safe.
/// </summary>
#pragma warning disable CA1001 // It ends by itself: RunAsync gives back what it holds, and the rest holds no handle.
internal sealed partial class MessageConnection
#pragma warning restore CA1001
{
    private const int ReadBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Stream _stream;
    private readonly MessageLimits _limits;
    private readonly TimeProvider _time;
    private readonly ReceiveQueue _queue;
    private readonly MessageIntake _intake;
    private readonly WebSocketReader _reader;
    private readonly MessageSender _sender;
    private readonly CloseHandshake _handshake;
    private readonly PingBook _pings;
    private readonly bool _isServer;
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource<CloseInfo> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CloseInfo? _closing;
    private Exception? _cause;
    private ITimer? _deadline;
    private long _lastReadAt;

    /// <param name="stream">Its own from now on.</param>
    /// <param name="role">Which end this is.</param>
    /// <param name="deflate">Whether permessage-deflate was agreed on.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="time">The clock of the keepalive and of closing.</param>
    /// <param name="queue">Receives what comes.</param>
    public MessageConnection(
        Stream stream, WebSocketRole role, bool deflate, MessageLimits limits, TimeProvider time, ReceiveQueue queue)
    {
        _stream = stream;
        _limits = limits;
        _time = time;
        _queue = queue;
        _intake = new MessageIntake(queue, limits);
        _reader = new WebSocketReader(new WebSocketReaderOptions
        {
            Role = role,
            MaxMessageBytes = limits.MaxMessageBytes,
            MaxPiecedBytes = limits.LargestBytes,
            Deflate = deflate,
        });
        _sender = new MessageSender(stream, role, deflate, limits.SendQueueBytes);
        _handshake = new CloseHandshake(role);
        _pings = new PingBook(time);
        _isServer = role == WebSocketRole.Server;
        _lastReadAt = time.GetTimestamp();
    }

    /// <summary>How it ended, once nothing of it is left. Never fails.</summary>
    public Task<CloseInfo> Ended => _ended.Task;

    public TimeSpan Latency => _pings.Latency;

    /// <summary>Begins to read.</summary>
    /// <param name="early">What came with the handshake; its memory is this connection's from now on.</param>
    public void Start(ReadOnlyMemory<byte> early)
    {
        var keeping = _limits.PingInterval > TimeSpan.Zero ? Task.Run(KeepAliveAsync) : Task.CompletedTask;
        _ = Task.Run(() => RunAsync(early, keeping)); // Its end is Ended.
    }

    /// <summary>Sends a message; completes when it is handed to the system.</summary>
    /// <exception cref="ConnectionClosedException">The connection has ended, or ends.</exception>
    public async ValueTask SendAsync(
        Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var added = _sender.TryAdd(opcode, payload.Span, out var batch);
            if (added == true && await _sender.FinishAsync(batch).ConfigureAwait(false))
            {
                return;
            }

            if (added is not null)
            {
                throw await ClosedAsync().ConfigureAwait(false);
            }

            await _sender.RoomAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The same for memory that lives only as long as the call, which therefore blocks.</summary>
    public void Send(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            var added = _sender.TryAdd(opcode, payload, out var batch);
            if (added == true && BlockingCall.Wait(_sender.FinishAsync(batch)))
            {
                return;
            }

            if (added is not null)
            {
                throw BlockingCall.Wait(ClosedAsync());
            }

            BlockingCall.Wait(_sender.RoomAsync());
        }
    }

    /// <summary>
    /// Sends a piece of a message; completes when it is handed to the system. The first waits for its turn, and until
    /// the last nothing but pings, pongs and a Close goes out in between (RFC 6455 §5.4).
    /// </summary>
    /// <exception cref="ConnectionClosedException">The connection has ended, or ends.</exception>
    public async ValueTask SendPieceAsync(
        MessagePiece piece, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var added = _sender.TryAddPiece(piece, payload.Span, out var batch);
            if (added == true && await _sender.FinishAsync(batch).ConfigureAwait(false))
            {
                return;
            }

            if (added is not null)
            {
                throw await ClosedAsync().ConfigureAwait(false);
            }

            var room = _sender.RoomAsync(isInside: !piece.IsFirst);
            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends without waiting; false when there is no room.</summary>
    public bool TryPost(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (_sender.TryAdd(opcode, payload, out _) is not { } added)
        {
            return false;
        }

        _sender.Push();
        return added;
    }

    /// <summary>The time to the other side and back.</summary>
    public async ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken)
    {
        var answer = BeginPing();
        try
        {
            return await answer.WaitAsync(_limits.PongTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw await ClosedAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Closes, within <see cref="MessageLimits.CloseTimeout"/>. Only the first call's code counts.</summary>
    public Task<CloseInfo> CloseAsync(int code, string reason)
    {
        lock (_lock)
        {
            var step = _handshake.Close(code, reason);
            if (step.SendsClose)
            {
                _closing = new CloseInfo(code, reason, CloseSide.Local, IsClean: false);
                _queue.Close();
                _intake.Close();
                _sender.AddClose(code, reason);
                _deadline?.Dispose();
                _deadline = _time.CreateTimer(_ => Abort(null), null, _limits.CloseTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        return Ended;
    }

    /// <summary>Ends at once, without a word.</summary>
    public void Abort(Exception? cause)
    {
        lock (_lock)
        {
            _cause ??= cause;
        }

        _abort.Cancel();
        _stream.Dispose();
    }

    private async Task RunAsync(ReadOnlyMemory<byte> early, Task keeping)
    {
        try
        {
            await ReadToEndAsync(early).ConfigureAwait(false);
            await TakeLeaveAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            lock (_lock)
            {
                _cause ??= e is OperationCanceledException ? null : e;
            }
        }

        await _abort.CancelAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _sender.EndAsync().ConfigureAwait(false);
        _pings.End();
        await keeping.ConfigureAwait(false);
        lock (_lock)
        {
            _deadline?.Dispose();
            _reader.Dispose();
            _handshake.TransportEnded();
            var end = Conclude();
            _intake.End(end);
            _ended.TrySetResult(end);
        }
    }

    private async Task ReadToEndAsync(ReadOnlyMemory<byte> early)
    {
        if (await TakeAsync(new ReadOnlySequence<byte>(early)).ConfigureAwait(false))
        {
            return;
        }

        while (true)
        {
            if (!_reader.IsInMessage)
            {
                // Waits without a buffer: most connections are idle most of the time.
                await _stream.ReadAsync(Memory<byte>.Empty, _abort.Token).ConfigureAwait(false);
            }

            var array = ArrayPool<byte>.Shared.Rent(ReadBytes);
            try
            {
                var count = await _stream.ReadAsync(array, _abort.Token).ConfigureAwait(false);
                Volatile.Write(ref _lastReadAt, _time.GetTimestamp());
                var received = new ReadOnlySequence<byte>(array, 0, count);
                if (count == 0 || await TakeAsync(received).ConfigureAwait(false))
                {
                    return;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(array);
            }
        }
    }

    /// <summary>Takes what was received; true after the last word of the other side.</summary>
    private async ValueTask<bool> TakeAsync(ReadOnlySequence<byte> received)
    {
        while (_reader.TryRead(ref received, out var frame))
        {
            switch (frame.Kind)
            {
                case WebSocketEventKind.Ping:
                    _sender.AddPong(frame.Payload.Span);
                    break;
                case WebSocketEventKind.Pong:
                    _pings.Answer(frame.Payload.Span);
                    break;
                case WebSocketEventKind.Close or WebSocketEventKind.Failure:
                    End(frame);
                    return true;
                default:
                    var kind = frame.Kind == WebSocketEventKind.Text ? MessageKind.Text : MessageKind.Binary;
                    var adding = _intake.AddAsync(kind, frame.Payload, frame.EndsMessage, _abort.Token);
                    if (await adding.ConfigureAwait(false) is { } tooMany)
                    {
                        var limit = _limits.MaxMessageBytes;
                        Fail(CloseCode.MessageTooBig, $"message over {limit} bytes", tooMany);
                        return true;
                    }

                    break;
            }
        }

        return false;
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_limits.PingInterval, _time, _abort.Token).ConfigureAwait(false);
                var sentAt = _time.GetTimestamp();
                var answer = BeginPing();
                Task waiting = answer.WaitAsync(_limits.PongTimeout, _time, _abort.Token);
                await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

                // A large message on a slow network keeps a pong back, and a full queue keeps us from reading one.
                var isHeldUp = _queue.IsFull || _intake.IsHeldUp;
                if (!answer.IsCompleted && Volatile.Read(ref _lastReadAt) - sentAt < 0 && !isHeldUp)
                {
                    Abort(new TimeoutException("no answer to a ping within PongTimeout"));
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection has ended.
        }
    }

    private Task<TimeSpan> BeginPing()
    {
        Span<byte> payload = stackalloc byte[sizeof(long)];
        var answer = _pings.Begin(payload);
        _sender.AddPing(payload);
        return answer;
    }
}
