using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>
/// The server's end of a tunnel's WebSocket: the payloads of its binary messages are the session's bytes, wherever the
/// messages are cut. What comes is unmasked where it lies; what goes is framed in the session's own batch.
/// </summary>
/// <remarks>
/// It watches by itself: a peer that was silent for a while gets a ping, and one that is still silent is lost. Pings
/// and pongs never wait for the session, nor the reader for the writer.
/// </remarks>
internal sealed class WebSocketCarrier : Carrier
{
    /// <summary>The most of one message, bytes; senders stay far below it.</summary>
    private const int MaxMessageBytes = 1024 * 1024;

    /// <summary>A header of ours, without a mask, at its longest.</summary>
    private const int MaxHeaderBytes = 10;

    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromSeconds(1);

    private readonly WebSocketConnection _connection;
    private readonly PipeReader _input;
    private readonly CarrierWriter _writer;
    private readonly TunnelServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly FrameForwarder _frames = new(new FrameExpectation
    {
        Masked = true,
        MaxFrameBytes = MaxMessageBytes,
        MaxMessageBytes = MaxMessageBytes,
        OpensFrames = true,
    });

    // What was read and not taken yet, and where the reader is told to go on.
    private ReadOnlySequence<byte> _rest;
    private bool _isReadOpen;
    private bool _inputEnded;
    private int _maskPhase;

    private long _receivedAt;
    private long _pingedAt;
    private volatile bool _isAborted;
    private WebSocketEnd? _parting;

    public WebSocketCarrier(WebSocketConnection connection, TunnelServerOptions options, TimeProvider time)
    {
        _connection = connection;
        _input = connection.Input;
        _writer = new CarrierWriter(connection.Output);
        _options = options;
        _time = time;
        _receivedAt = time.GetTimestamp();
        if (_input is SocketPipeReader direct)
        {
            direct.MostBytes = SocketPipeReader.AheadBytes;
        }

        _timer = time.CreateTimer(_ => Watch(), null, options.PingInterval, Timeout.InfiniteTimeSpan);
    }

    public override int HeadroomBytes => MaxHeaderBytes;

    /// <summary>How it ended, for the log; 1006 and no reason where nobody said anything.</summary>
    public WebSocketEnd End { get; private set; } = new(CloseCode.Abnormal, "connection lost");

    /// <summary>True when it was broken: there is nobody to wait for.</summary>
    public bool IsAborted => _isAborted;

    /// <summary>What the peer is told when the session ends; the first time counts.</summary>
    public void PartWith(int code, string why) =>
        Interlocked.CompareExchange(ref _parting, WebSocketEnd.Say(code, why), null);

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (!_rest.IsEmpty)
            {
                switch (_frames.Next(_rest, stopsAtBoundary: false, out var length))
                {
                    case ForwardStep.Pass:
                        return Unmask(length);
                    case ForwardStep.Header when _frames.Header.Opcode == Opcode.Text:
                        await RefuseAsync(CloseCode.UnsupportedData, "binary only");
                        break;
                    case ForwardStep.Violation:
                        await RefuseAsync(_frames.Code, _frames.Why);
                        break;
                    case ForwardStep.Control when _frames.ControlOpcode == Opcode.Close:
                        await AnswerCloseAsync();
                        return default;
                    case ForwardStep.NeedsMore:
                        await ReadAsync(keepsRest: true, cancellationToken);
                        break;
                    case ForwardStep.Control:
                        TakeControl(length);
                        break;
                    default:
                        _maskPhase = 0;
                        _rest = _rest.Slice(length);
                        break;
                }
            }

            await ReadAsync(keepsRest: false, cancellationToken);
        }
    }

    public override ValueTask SendAsync(Memory<byte> batch, CancellationToken cancellationToken)
    {
        var header = new FrameHeader
        {
            Fin = true,
            Opcode = Opcode.Binary,
            PayloadLength = batch.Length - MaxHeaderBytes,
        };
        var start = MaxHeaderBytes - header.Length;
        header.Write(batch.Span[start..]);
        return _writer.WriteAsync(batch[start..], cancellationToken);
    }

    public override async ValueTask CloseAsync(GoAwayCode code, string reason, CancellationToken cancellationToken)
    {
        PartWith(
            code switch
            {
                GoAwayCode.ProtocolError => CloseCode.ProtocolError,
                GoAwayCode.InternalError => CloseCode.InternalError,
                _ => CloseCode.Normal,
            },
            reason);
        await SayCloseAsync(_parting!, cancellationToken);
    }

    public override void Abort()
    {
        if (_writer.IsClosed)
        {
            // The Close is on its way, and a reset could overtake it.
            _input.CancelPendingRead();
            return;
        }

        _isAborted = true;
        _input.CancelPendingRead();
        _connection.Abort();
    }

    public override async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        CloseRead(_rest.End);
        await _writer.DisposeAsync();
    }

    /// <summary>What was received is ours to change, as that of a pipe is.</summary>
    private ReadOnlyMemory<byte> Unmask(int length)
    {
        var payload = MemoryMarshal.AsMemory(FrameForwarder.FirstOf(_rest)[..length]);
        _maskPhase = Masking.Apply(payload.Span, _frames.Header.MaskKey, _maskPhase);
        _rest = _rest.Slice(length);
        return payload;
    }

    private void TakeControl(int length)
    {
        if (_frames.ControlOpcode == Opcode.Ping)
        {
            _writer.PostPong(_frames.ControlPayload);
        }

        _rest = _rest.Slice(length);
    }

    /// <summary>Waits for more; what was handed out before is not needed any more.</summary>
    private async ValueTask ReadAsync(bool keepsRest, CancellationToken cancellationToken)
    {
        if (_isReadOpen)
        {
            var end = _rest.End;
            CloseRead(keepsRest ? _rest.Start : end, end);
        }

        if (_inputEnded || _isAborted)
        {
            throw new IOException(End.Why);
        }

        ReadResult read;
        try
        {
            read = await _input.ReadAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or OperationCanceledException)
        {
            throw new IOException(End.Why, exception);
        }

        _isReadOpen = true;
        _rest = read.Buffer;
        _inputEnded = read.IsCompleted;
        Volatile.Write(ref _receivedAt, _time.GetTimestamp());
        if (_isAborted || (_writer.IsClosed && read.IsCanceled))
        {
            throw new IOException(End.Why);
        }
    }

    private void CloseRead(SequencePosition consumed) => CloseRead(consumed, consumed);

    private void CloseRead(SequencePosition consumed, SequencePosition examined)
    {
        if (_isReadOpen)
        {
            _isReadOpen = false;
            _rest = default;
            _input.AdvanceTo(consumed, examined);
        }
    }

    private async ValueTask RefuseAsync(int code, string why)
    {
        PartWith(code, why);
        using var limit = new CancellationTokenSource(LastWordsTimeout, _time);
        await SayCloseAsync(_parting!, limit.Token);
        throw new IOException(why);
    }

    /// <summary>The peer has closed: the same code goes back, unless we were faster (RFC 6455 §5.5.1).</summary>
    private async ValueTask AnswerCloseAsync()
    {
        var status = ClosePayload.TryParse(_frames.ControlPayload, out var code, out var reason);
        var end = status switch
        {
            CloseParseStatus.Valid => new WebSocketEnd(code, reason),
            CloseParseStatus.InvalidReason => WebSocketEnd.Say(CloseCode.InvalidPayload, "close reason is not UTF-8"),
            _ => WebSocketEnd.Say(CloseCode.ProtocolError, "invalid close payload"),
        };
        if (_writer.IsClosed)
        {
            return;
        }

        using var limit = new CancellationTokenSource(LastWordsTimeout, _time);
        var answer = status != CloseParseStatus.Valid ? end
            : WebSocketEnd.Say(code == CloseCode.NoStatus ? CloseCode.Normal : code, "");
        await SayCloseAsync(answer, limit.Token);
        End = end;
    }

    /// <summary>The last frame. Where it cannot be sent in time, the connection is broken.</summary>
    private async ValueTask SayCloseAsync(WebSocketEnd end, CancellationToken cancellationToken)
    {
        if (_writer.IsClosed || _isAborted)
        {
            return;
        }

        End = end;
        if (!await _writer.TryCloseAsync(end.Answer, cancellationToken))
        {
            Abort();
        }
    }

    /// <summary>One timer, set to the moment at which there may be something to do.</summary>
    private void Watch()
    {
        var receivedAt = Volatile.Read(ref _receivedAt);
        var hasAnswered = _pingedAt == 0 || receivedAt >= _pingedAt;
        var left = hasAnswered
            ? _options.PingInterval - _time.GetElapsedTime(receivedAt)
            : _options.PongTimeout - _time.GetElapsedTime(_pingedAt);
        if (left <= TimeSpan.Zero)
        {
            if (!hasAnswered)
            {
                if (!_writer.IsClosed)
                {
                    End = new WebSocketEnd(CloseCode.Abnormal, "ping not answered");
                }

                Abort();
                return;
            }

            _pingedAt = _time.GetTimestamp();
            _writer.PostPing();
            left = _options.PongTimeout;
        }

        _timer.Change(left, Timeout.InfiniteTimeSpan);
    }
}
