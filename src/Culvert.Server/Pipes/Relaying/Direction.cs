using System.Buffers;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// One of the two ways of a relay: reads one leg and is the only writer to the other. Whoever else has something to
/// say to that leg posts it here, and it goes out between two frames.
/// </summary>
/// <remarks>
/// Runs until its target has been told the end and its source has ended, each in whichever order. After the target was
/// told, what still comes is read, so that the source's own end is seen, and dropped.
/// </remarks>
internal abstract class Direction(Relay relay, Leg from, Leg to, bool fromFirst)
{
    /// <summary>Rounds without waiting before others on this thread have their turn.</summary>
    private const int RoundsInARow = 64;

    private readonly LegOutput _output = new(to, relay.Clock);
    private readonly DirectionMail _mail = new();
    private bool _isStopped;
    private long _receivedAt = relay.Clock.Milliseconds;
    private long _pingedAt;

    /// <summary>Whom it reads.</summary>
    public Leg From => from;

    /// <summary>Whom it writes to.</summary>
    public Leg To => to;

    /// <summary>True for the direction from the first leg, the client's, to the second.</summary>
    public bool FromFirst => fromFirst;

    public LegOutput Output => _output;

    /// <summary>Messages passed on; 0 between legs of bytes.</summary>
    public abstract long Messages { get; }

    /// <summary>Bytes of data passed on, without frame headers.</summary>
    public abstract long Bytes { get; }

    /// <summary>What the source closed with, 1006 for nothing; null until it ended.</summary>
    public Parting? Received { get; private set; }

    /// <summary>What the target was told last; null until then.</summary>
    public Parting? Told { get; private set; }

    /// <summary>True when the source will say nothing more that matters.</summary>
    public bool SourceEnded => Received is not null;

    /// <summary>When something last came, in the time of the relay's clock.</summary>
    public long ReceivedAt => Volatile.Read(ref _receivedAt);

    /// <summary>When the target was sent a ping of ours that nothing has come after yet; 0 for none.</summary>
    public long PingedAt => Volatile.Read(ref _pingedAt);

    protected Relay Relay => relay;

    /// <summary>True when something may be put in here: no frame is half sent.</summary>
    protected abstract bool AtBoundary { get; }

    protected bool HasMail => _mail.HasAny;

    /// <summary>Ends when both sides of it have ended. Does not throw.</summary>
    public async Task RunAsync()
    {
        var socket = from.Input as SocketPipeReader;
        socket?.TakesFirst = TakeFirst;
        try
        {
            await PumpAsync();
        }
        catch (Exception exception)
        {
            // The edge of the direction: a fault of ours ends this session and no other.
            relay.Report(this, exception);
            Received ??= Parting.Abort;
            await TellAsync(AtBoundary ? Parting.OfFault(to.Kind) : Parting.Abort);
        }

        socket?.TakesFirst = null;
    }

    /// <summary>The target has said something, or cannot be heard: no answer is owed.</summary>
    public void ForgetPing()
    {
        if (_pingedAt != 0)
        {
            Volatile.Write(ref _pingedAt, 0);
        }
    }

    /// <summary>Sends a ping of the relay's own at the next end of a frame.</summary>
    public void PostPing(ReadOnlyMemory<byte> payload) => Post(ping: payload);

    /// <summary>Answers a ping of the target; of several that wait, the last is answered (RFC 6455 §5.5.3).</summary>
    public void PostPong(ReadOnlySpan<byte> payload) => Post(pong: payload.ToArray());

    /// <summary>Tells the target the end at the next end of a frame, unless it was told; the first counts.</summary>
    public void Post(Parting parting) => Post(parting, ping: null);

    /// <summary>Waits for the source no longer.</summary>
    public void Stop()
    {
        Volatile.Write(ref _isStopped, true);
        Wake();
    }

    /// <summary>Gives back what it holds; once, after its end.</summary>
    public virtual void Release()
    {
    }

    /// <summary>Passes on what it can. What is sent after the target was told the end goes nowhere.</summary>
    /// <param name="input">What is there and was not consumed before.</param>
    /// <param name="isLast">True when nothing more comes.</param>
    protected abstract ValueTask<Taken> TakeAsync(ReadOnlySequence<byte> input, bool isLast);

    /// <summary>Passes on what needs no waiting, and says how much that was; the rest comes to the other.</summary>
    protected virtual int TakeNow(ReadOnlySpan<byte> bytes) => 0;

    /// <summary>Asked at the end of the input: false when it ended within something.</summary>
    protected virtual bool IsWhole => AtBoundary;

    protected ValueTask SendAsync(in ReadOnlySequence<byte> bytes) =>
        Told is not null ? default
        : bytes.IsSingleSegment ? _output.SendAsync(bytes.First)
        : _output.SendAsync(bytes);

    protected ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => Told is not null ? default : _output.SendAsync(bytes);

    /// <summary>The source sent a Close.</summary>
    protected async ValueTask EndByCloseAsync(byte[] payload)
    {
        switch (ClosePayload.TryParse(payload, out var code, out var reason))
        {
            case CloseParseStatus.Valid:
                break;
            case CloseParseStatus.InvalidReason:
                await EndByViolationAsync(CloseCode.InvalidPayload, "close reason is not UTF-8");
                return;
            default:
                await EndByViolationAsync(CloseCode.ProtocolError, "invalid close payload");
                return;
        }

        var close = Parting.Repeat(code, reason, payload);
        Received = close;
        if (relay.Rules.HalfClose && code == CloseCode.Normal)
        {
            relay.NoteHalfClose(this);
        }
        else
        {
            relay.NoteEnd(this, RelayReason.Close);
            if (to.Kind == LegKind.Bytes)
            {
                // Before the bytes end, whose end may come back at once and is a Close too.
                relay.Opposite(this).Post(close);
            }
        }

        await TellAsync(close);
    }

    /// <summary>The source broke a rule: it is told so, and the target that the stream is not complete.</summary>
    protected async ValueTask EndByViolationAsync(int code, string why)
    {
        Received = Parting.Abort;
        relay.NoteEnd(this, RelayReason.OfViolation(code));
        var (isBig, isToBytes) = (code == CloseCode.MessageTooBig, to.Kind == LegKind.Bytes);
        var ofBytes = isBig ? Parting.Linger : Parting.Abort;
        if (isToBytes && isBig)
        {
            // Before the other direction hears of its own end: nothing of what this leg says matters then.
            await TellAsync(ofBytes);
        }

        relay.Opposite(this).Post(from.Kind == LegKind.Bytes ? ofBytes : Parting.Close(code, why));
        await TellAsync(
            isToBytes ? ofBytes
            : !AtBoundary ? Parting.Abort
            : isBig ? Parting.Close(code, why)
            : Parting.Close(LossCode, $"{relay.NameOf(this)} broke the protocol"));
    }

    /// <summary>What a WebSocket is told when the source is lost.</summary>
    protected virtual int LossCode => fromFirst ? CloseCode.GoingAway : CloseCode.InternalError;

    /// <summary>True when the source is to be reset in any case.</summary>
    private bool IsSourceDone => relay.Opposite(this).Told?.Kind == PartingKind.Linger;

    private void NoteReceived()
    {
        Volatile.Write(ref _receivedAt, relay.Clock.Milliseconds);
        relay.Opposite(this).ForgetPing();
    }

    /// <summary>What came while the loop waits, on the thread that heard of it. How much went on.</summary>
    private int TakeFirst(ReadOnlySpan<byte> bytes)
    {
        NoteReceived();
        try
        {
            return HasMail || Told is not null ? 0 : TakeNow(bytes);
        }
        catch (Exception exception)
        {
            // The edge here, as there: the thread has others to serve.
            relay.Report(this, exception);
            Stop();
            return 0;
        }
    }

    private async Task PumpAsync()
    {
        for (var inARow = 0; ;)
        {
            if (HasMail && AtBoundary)
            {
                await DeliverAsync();
            }

            if (Volatile.Read(ref _isStopped) || (Told is not null && (SourceEnded || IsSourceDone)))
            {
                return;
            }

            if (SourceEnded)
            {
                // It says nothing any more, so only a post can go on.
                await _mail.WhenAnyAsync(in _isStopped);
                continue;
            }

            var reading = from.Input.ReadAsync();
            if (reading.IsCompleted && ++inARow % RoundsInARow == 0)
            {
                await Task.Yield();
            }

            var read = await reading;
            if (!read.Buffer.IsEmpty)
            {
                NoteReceived();
            }

            var end = read.Buffer.End;
            var taken = await TakeAsync(read.Buffer, read.IsCompleted);
            from.Input.AdvanceTo(taken.Consumed, taken.Examined);
            if (read.IsCompleted && !SourceEnded && taken.Examined.Equals(end))
            {
                await EndByInputAsync();
            }
        }
    }

    /// <summary>The source's transport ended without a Close.</summary>
    private async ValueTask EndByInputAsync()
    {
        var isWhole = IsWhole;
        Received = Parting.Abort;
        var isLost = from.EndedAbnormally;
        if (from.Kind != LegKind.Bytes)
        {
            relay.NoteEnd(this, isLost ? RelayReason.Reset : RelayReason.Disconnect);
            await TellAsync(
                !isWhole ? Parting.Abort
                : to.Kind != LegKind.Bytes ? Parting.Close(LossCode, fromFirst ? "client gone" : "backend closed")
                : isLost || relay.AbortsOnLoss(this) ? Parting.Abort
                : Parting.Finish);
        }
        else if (isLost || !isWhole)
        {
            relay.NoteEnd(this, RelayReason.Reset);
            await TellAsync(to.Kind == LegKind.Bytes || !AtBoundary
                ? Parting.Abort
                : from.EndNote is { } note ? Parting.Close(CloseCode.InternalError, note)
                : Parting.Close(LossCode, "connection lost"));
        }
        else
        {
            Received = Parting.Finish;
            await EndByEofAsync();
        }
    }

    /// <summary>A stream of bytes came to its proper end, which its peer may follow with reading on.</summary>
    private async ValueTask EndByEofAsync()
    {
        if (HasMail)
        {
            // It was posted before this end, and may be why there is one.
            await DeliverAsync();
        }

        var isTold = to.Kind == LegKind.Bytes || relay.Rules.HalfClose;
        if (!isTold && relay.ClosesOnEof(this))
        {
            relay.NoteEnd(this, RelayReason.Eof);
            isTold = true;
        }
        else
        {
            relay.NoteHalfClose(this);
        }

        if (isTold)
        {
            await TellAsync(Parting.Close(CloseCode.Normal, from.EndNote ?? ""));
        }
    }

    private async ValueTask DeliverAsync()
    {
        var (ping, pong, parting) = _mail.Take();
        if (Told is not null)
        {
            return;
        }

        if (pong is { } answer)
        {
            await _output.SendAsync(Parting.Frame(to.Kind, Opcode.Pong, answer.Span));
        }

        if (parting is not null)
        {
            await TellAsync(parting);
        }
        else if (ping is { } payload)
        {
            Volatile.Write(ref _pingedAt, relay.Clock.Milliseconds);
            await _output.SendAsync(Parting.Frame(to.Kind, Opcode.Ping, payload.Span));
        }
    }

    /// <summary>Ends what the target gets. The first time counts; there is nothing to send afterwards.</summary>
    private async ValueTask TellAsync(Parting parting)
    {
        if (Told is not null)
        {
            return;
        }

        Told = parting;
        switch (parting.Kind)
        {
            case PartingKind.Abort:
                to.Abort();
                break;
            case PartingKind.Linger:
                break;
            case PartingKind.Close when to.Kind != LegKind.Bytes:
                await _output.SendAsync(Parting.Frame(to.Kind, Opcode.Close, parting.Payload.Span));
                break;
            default:
                await to.FinishAsync();
                break;
        }
    }

    private void Post(
        Parting? parting = null, ReadOnlyMemory<byte>? ping = null, ReadOnlyMemory<byte>? pong = null)
    {
        _mail.Put(parting, ping, pong);
        Wake();
    }

    private void Wake()
    {
        _mail.Wake();
        from.Input.CancelPendingRead();
    }
}
