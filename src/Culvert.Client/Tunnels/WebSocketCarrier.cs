using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Culvert.Client.Connecting;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Tunnels;

/// <summary>
/// The client's end of a tunnel's WebSocket: the payloads of its binary messages are the session's bytes, wherever the
/// messages are cut. What goes is masked where it lies; what comes is handed out where it lies.
/// </summary>
/// <remarks>
/// It watches by itself: a server that was silent for a while gets a ping, and one that is still silent is lost. The
/// reader never waits for the writer: pongs and pings have a loop of their own.
/// </remarks>
internal sealed class WebSocketCarrier : Carrier
{
    private const int BufferBytes = 64 * 1024;

    // A read this small is the last one for a while, more often than not: the wait for the next holds no buffer.
    private const int QuietBytes = 4096;

    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromSeconds(1);

    private readonly Stream _stream;
    private readonly TunnelOptions _options;
    private readonly ITimer _timer;
    private readonly CarrierFrames _frames = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly WakeSignal _wake = new();
    private readonly Lock _lock = new();
    private readonly Task _controls;

    // What was received and not handed out: from start to end.
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private bool _isQuiet;

    private byte[]? _pong;
    private bool _owesPing;
    private (int Code, string Why) _violation;
    private long _receivedAt;
    private long _pingedAt;
    private bool _isPinged;
    private volatile bool _isClosed;
    private volatile bool _isOver;
    private volatile string? _lost;

    /// <param name="opened">The connection, owned from here on.</param>
    /// <param name="options">Times.</param>
    public WebSocketCarrier(OpenedWebSocket opened, TunnelOptions options)
    {
        _stream = opened.Stream;
        _options = options;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, opened.Early.Length));
        opened.Early.CopyTo(_buffer);
        _end = opened.Early.Length;
        _receivedAt = options.TimeProvider.GetTimestamp();
        _controls = SendControlsAsync();
        _timer = options.TimeProvider.CreateTimer(
            // The state is the argument that follows.
            static state => ((WebSocketCarrier)state!).Watch(), this, options.PingInterval, Timeout.InfiniteTimeSpan);
    }

    public override int HeadroomBytes => FrameHeader.MaxLength;

    /// <summary>The Close that the server sent; null while it has not.</summary>
    public (int Code, string Reason)? PeerClose { get; private set; }

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        // Ends with a slice, the peer's Close, or the connection.
        while (true)
        {
            if (_frames.Remaining > 0 && _start < _end)
            {
                var taken = _frames.Take(_end - _start);
                _start += taken;
                return _buffer.AsMemory(_start - taken, taken);
            }

            switch (_frames.Remaining > 0 ? CarrierStep.NeedsMore : TakeFrame())
            {
                case CarrierStep.NeedsMore:
                    await FillAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case CarrierStep.Closed:
                    // RFC 6455 §5.5.1: the same code goes back.
                    var code = PeerClose is { Code: not CloseCode.NoStatus } close ? close.Code : CloseCode.Normal;
                    await TryCloseAsync(code, "").ConfigureAwait(false);
                    return ReadOnlyMemory<byte>.Empty;
                case CarrierStep.Violated:
                    await TryCloseAsync(_violation.Code, _violation.Why).ConfigureAwait(false);
                    throw new IOException($"the server broke the protocol: {_violation.Why}");
                default:
                    break;
            }
        }
    }

    public override ValueTask SendAsync(Memory<byte> batch, CancellationToken cancellationToken)
    {
        var header = NewHeader(Opcode.Binary, batch.Length - FrameHeader.MaxLength);
        var start = FrameHeader.MaxLength - header.Length;
        header.Write(batch.Span[start..]);
        Masking.Apply(batch.Span[FrameHeader.MaxLength..], header.MaskKey, 0);
        return WriteAsync(batch[start..], isClose: false, cancellationToken);
    }

    public override ValueTask CloseAsync(GoAwayCode code, string reason, CancellationToken cancellationToken)
    {
        var closeCode = code switch
        {
            GoAwayCode.ProtocolError => CloseCode.ProtocolError,
            GoAwayCode.InternalError => CloseCode.InternalError,
            _ => CloseCode.Normal,
        };
        return WriteAsync(CloseFrame(closeCode, reason), isClose: true, cancellationToken);
    }

    public override void Abort()
    {
        // After a Close a reset could overtake it.
        if (!_isClosed && _stream is NetworkStream { Socket: var socket })
        {
            socket.Close(0);
        }

        _stream.Dispose();
    }

    public override async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        _isOver = true;
        await _stream.DisposeAsync().ConfigureAwait(false);
        _wake.Set();
        await _controls.ConfigureAwait(false);
        GiveBack();
        _writing.Dispose();
    }

    private CarrierStep TakeFrame()
    {
        var received = _buffer.AsSpan(_start, _end - _start);
        var status = FrameHeader.TryParse(received, out var frame, out var headerBytes);
        if (status == ParseStatus.NeedsMoreData)
        {
            return CarrierStep.NeedsMore;
        }

        if (status != ParseStatus.Complete)
        {
            _violation = (CloseCode.ProtocolError, $"invalid frame header ({status})");
            return CarrierStep.Violated;
        }

        if (frame.IsControl && received.Length - headerBytes < frame.PayloadLength)
        {
            return CarrierStep.NeedsMore;
        }

        if (_frames.Begin(frame) is { } violation)
        {
            _violation = violation;
            return CarrierStep.Violated;
        }

        _start += headerBytes;
        return frame.IsControl
            ? TakeControl(frame.Opcode, received.Slice(headerBytes, (int)frame.PayloadLength))
            : CarrierStep.Taken;
    }

    private CarrierStep TakeControl(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        _start += payload.Length;
        switch (opcode)
        {
            case Opcode.Ping:
                lock (_lock)
                {
                    // Of several that wait, the last is answered (RFC 6455 §5.5.3).
                    _pong = ControlFrame(Opcode.Pong, payload);
                }

                _wake.Set();
                return CarrierStep.Taken;
            case Opcode.Close:
                if (ClosePayload.TryParse(payload, out var code, out var reason) != CloseParseStatus.Valid)
                {
                    _violation = (CloseCode.ProtocolError, "invalid close payload");
                    return CarrierStep.Violated;
                }

                PeerClose = (code, reason);
                return CarrierStep.Closed;
            default:
                // A pong is a sign of life, and that was noted when it came.
                return CarrierStep.Taken;
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_start == _end)
            {
                _start = _end = 0;
                if (_isQuiet)
                {
                    GiveBack();
                    await _stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
                }
            }

            // What is left is a part of a header or of a control frame.
            _buffer ??= ArrayPool<byte>.Shared.Rent(BufferBytes);
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var bytes = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (bytes == 0)
            {
                throw new IOException("the server ended the connection without a word");
            }

            _end += bytes;
            _isQuiet = bytes < QuietBytes;
            Volatile.Write(ref _receivedAt, _options.TimeProvider.GetTimestamp());
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            throw new IOException(_lost ?? e.Message, e);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool isClose, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Nothing may follow a Close, and a second one is none.
            if (!_isClosed)
            {
                await _stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
                _isClosed = isClose;
            }
            else if (!isClose)
            {
                throw new IOException("closed");
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException(_lost ?? e.Message, e);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The last word, where it can be said in time.</summary>
    private async ValueTask TryCloseAsync(int code, string reason)
    {
        using var limit = new CancellationTokenSource(LastWordsTimeout, _options.TimeProvider);
        try
        {
            await WriteAsync(CloseFrame(code, reason), isClose: true, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The server has gone, or takes nothing.
        }
    }

    private async Task SendControlsAsync()
    {
        try
        {
            // Ends when the carrier is disposed, or cannot send any more.
            while (!_isOver)
            {
                await _wake.WaitAsync().ConfigureAwait(false);
                while (!_isOver && TryTakeControlFrame(out var frame))
                {
                    await WriteAsync(frame, isClose: false, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (IOException)
        {
            // The reader hears of it, too.
        }
    }

    private bool TryTakeControlFrame(out byte[] frame)
    {
        lock (_lock)
        {
            frame = _pong ?? (_owesPing ? ControlFrame(Opcode.Ping, []) : []);
            _owesPing = _owesPing && _pong is not null;
            _pong = null;
        }

        return frame.Length > 0;
    }

    /// <summary>One timer, set to the moment at which there may be something to do.</summary>
    private void Watch()
    {
        var time = _options.TimeProvider;
        var receivedAt = Volatile.Read(ref _receivedAt);
        _isPinged = _isPinged && receivedAt < _pingedAt;
        var left = _isPinged
            ? _options.PongTimeout - time.GetElapsedTime(_pingedAt)
            : _options.PingInterval - time.GetElapsedTime(receivedAt);
        if (left <= TimeSpan.Zero && _isPinged)
        {
            _lost = $"no answer to a ping within {_options.PongTimeout.TotalSeconds:0.###} s";
            Abort();
            return;
        }

        if (left <= TimeSpan.Zero)
        {
            (_isPinged, _pingedAt) = (true, time.GetTimestamp());
            lock (_lock)
            {
                _owesPing = true;
            }

            _wake.Set();
            left = _options.PongTimeout;
        }

        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A key that nobody can foresee, for each frame (RFC 6455 §5.3).</summary>
    private static FrameHeader NewHeader(Opcode opcode, int payloadBytes)
    {
        uint key = 0;
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<uint>(ref key)));
        return new FrameHeader
        {
            Fin = true,
            Opcode = opcode,
            Masked = true,
            MaskKey = key,
            PayloadLength = payloadBytes,
        };
    }

    private static byte[] ControlFrame(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var header = NewHeader(opcode, payload.Length);
        var frame = new byte[header.Length + payload.Length];
        header.Write(frame);
        payload.CopyTo(frame.AsSpan(header.Length));
        Masking.Apply(frame.AsSpan(header.Length), header.MaskKey, 0);
        return frame;
    }

    private static byte[] CloseFrame(int code, string reason)
    {
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        return ControlFrame(Opcode.Close, payload[..ClosePayload.Write(payload, code, reason)]);
    }

    private void GiveBack()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
