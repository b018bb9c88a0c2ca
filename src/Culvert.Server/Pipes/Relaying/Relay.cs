using System.Buffers.Binary;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>Joins two legs until both have ended, and says how that went. One a session.</summary>
/// <remarks>
/// Each direction has its own loop; what both have to know is kept here. Deadlines are looked at by the sweep of
/// <see cref="RelayTable"/>: nothing here has a timer.
/// </remarks>
internal sealed class Relay
{
    private const int TagBytes = 16;

    private readonly RelayTable _table;
    private readonly RelayDeadlines _deadlines;
    private readonly Lock _gate = new();
    private readonly byte[] _tag = new byte[TagBytes];
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _closingStopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Direction? _endedBy;
    private string? _reason;
    private bool _mayClose = true;
    private volatile bool _isClosing;
    private volatile bool _closeTimedOut;

    /// <param name="table">Sweeps over it while it runs.</param>
    /// <param name="first">The one whose loss is a going away: the client's. Disposed at the end.</param>
    /// <param name="second">The one whose loss is an error: the back end's. Disposed at the end.</param>
    /// <param name="rules">Limits.</param>
    public Relay(RelayTable table, Leg first, Leg second, RelayRules rules)
    {
        _table = table;
        _time = table.Time;
        Rules = rules;
        Clock = table.Clock;
        "culvert:"u8.CopyTo(_tag);
        BinaryPrimitives.WriteInt64BigEndian(_tag.AsSpan(8), Random.Shared.NextInt64());
        There = Directions.Make(this, first, second, fromFirst: true);
        Back = Directions.Make(this, second, first, fromFirst: false);
        _deadlines = new RelayDeadlines(this);
        foreach (var leg in (ReadOnlySpan<Leg>)[first, second])
        {
            if (leg.Input is SocketPipeReader input)
            {
                input.MostBytes = SocketPipeReader.AheadBytes;
            }
        }
    }

    public RelayRules Rules { get; }

    public RelayClock Clock { get; }

    /// <summary>From the first leg to the second.</summary>
    public Direction There { get; }

    /// <summary>From the second leg to the first.</summary>
    public Direction Back { get; }

    /// <summary>The payload of the relay's own pings: their pongs are not passed on.</summary>
    public ReadOnlyMemory<byte> Tag => _tag;

    /// <summary>Where it stands in the table, which alone touches it.</summary>
    public int Index { get; set; }

    /// <summary>When the first thing happened that ends the session, in the clock's time; 0 while it is open.</summary>
    public long EndingAt { get; private set; }

    /// <summary>True while one direction goes on after the other has come to its proper end.</summary>
    public bool IsHalfClosed => HalfClosedAt != 0;

    /// <summary>When the first direction came to its proper end, in the clock's time; 0 while none has.</summary>
    public long HalfClosedAt { get; private set; }

    /// <summary>True when both directions are over and the connections are being closed.</summary>
    public bool IsClosing => _isClosing;

    /// <summary>Relays until both legs have ended, then closes them. Does not throw for what peers do.</summary>
    public async Task<RelayEnd> RunAsync()
    {
        var started = _time.GetTimestamp();
        _table.Add(this);
        try
        {
            var there = There.RunAsync();
            var back = Back.RunAsync();
            await there;
            await back;
            There.Release();
            Back.Release();

            // What follows may log: not on the thread that serves sockets.
            await Task.Yield();
            _deadlines.BeginClosing();
            _isClosing = true;
            await Task.WhenAll(CloseAsync(There), CloseAsync(Back));
        }
        finally
        {
            _table.Remove(this);
        }

        return Result(_time.GetElapsedTime(started));
    }

    /// <summary>Looks at all deadlines. For the sweep.</summary>
    public void Tick() => _deadlines.Tick();

    /// <summary>Ends the session from our side; does nothing to a leg that was told already.</summary>
    /// <param name="reason">A word of <see cref="RelayReason"/>.</param>
    /// <param name="toFirst">What the first leg is told.</param>
    /// <param name="toSecond">What the second leg is told.</param>
    public void End(string reason, Parting toFirst, Parting toSecond)
    {
        NoteEnd(null, reason);
        There.Post(toSecond);
        Back.Post(toFirst);
    }

    /// <summary>As the other, with one Close for both.</summary>
    public void End(string reason, int code, string why)
    {
        var close = Parting.Close(code, why);
        End(reason, close, close);
    }

    public Direction Opposite(Direction direction) => direction == There ? Back : There;

    /// <summary>The name of the leg that the direction reads.</summary>
    public string NameOf(Direction direction) => direction.FromFirst ? Rules.FirstName : Rules.SecondName;

    public bool ClosesOnEof(Direction direction) =>
        direction.FromFirst ? Rules.FirstClosesOnEof : Rules.SecondClosesOnEof;

    /// <summary>True when the end of what the direction reads, without a Close, resets bytes.</summary>
    public bool AbortsOnLoss(Direction direction) =>
        direction.FromFirst ? Rules.FirstAbortsOnLoss : Rules.SecondAbortsOnLoss;

    public bool IsOwnPong(ReadOnlySpan<byte> payload) => payload.SequenceEqual(_tag);

    /// <summary>The session ends; the first to say so is the one who ended it.</summary>
    /// <param name="by">The direction whose source did; null for the relay.</param>
    /// <param name="reason">A word of <see cref="RelayReason"/>.</param>
    public void NoteEnd(Direction? by, string reason)
    {
        lock (_gate)
        {
            if (EndingAt != 0)
            {
                return;
            }

            EndingAt = Clock.Milliseconds;
            (_endedBy, _reason) = _reason is null ? (by, reason) : (_endedBy, _reason);
        }
    }

    /// <summary>One direction came to its proper end; the other goes on for a while.</summary>
    public void NoteHalfClose(Direction by)
    {
        lock (_gate)
        {
            if (_reason is null)
            {
                (_endedBy, _reason) = (by, RelayReason.HalfClose);
                HalfClosedAt = Clock.Milliseconds;
                return;
            }
        }

        // The other has ended already, so nothing is left to go on for.
        by.Post(Parting.Close(CloseCode.Normal, ""));
    }

    /// <summary>The answer to the end did not come in time.</summary>
    public void NoteCloseTimeout() => _closeTimedOut = true;

    /// <summary>A fault of ours.</summary>
    public void Report(Direction direction, Exception exception)
    {
        NoteEnd(null, RelayReason.Internal);
        _table.Report(direction.From.Name, exception);
        Opposite(direction).Post(Parting.OfFault(direction.From.Kind));
    }

    /// <summary>The time to close in is over.</summary>
    public void StopClosing()
    {
        _mayClose = false;
        _closingStopped.TrySetResult();
        There.From.Input.CancelPendingRead();
        Back.From.Input.CancelPendingRead();
    }

    /// <summary>
    /// A server ends TCP first, a client waits for that (RFC 6455 §7.1.1). Both read on until the peer's end: unread
    /// bytes would make the kernel send a reset, which can overtake a Close.
    /// </summary>
    private async Task CloseAsync(Direction direction)
    {
        var leg = direction.From;
        var told = Opposite(direction).Told;
        if (told is { Kind: PartingKind.Linger })
        {
            // Also after the end of what it sends: a reset would destroy what it has not read.
            await ReadToEndAsync(leg);
            if (!leg.EndedAbnormally)
            {
                await _closingStopped.Task;
            }

            leg.Abort();
        }
        else if (told is { Kind: not PartingKind.Abort })
        {
            if (leg.Kind == LegKind.WebSocketServer)
            {
                await leg.FinishAsync();
            }

            if (!await ReadToEndAsync(leg))
            {
                leg.Abort();
            }
        }

        await leg.DisposeAsync();
    }

    private async ValueTask<bool> ReadToEndAsync(Leg leg)
    {
        while (Volatile.Read(ref _mayClose))
        {
            var read = await leg.Input.ReadAsync();
            leg.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return true;
            }
        }

        return false;
    }

    private RelayEnd Result(TimeSpan duration) => new()
    {
        By = _endedBy is null ? "relay" : NameOf(_endedBy),
        Reason = _reason ?? RelayReason.Internal,
        CloseTimedOut = _closeTimedOut,
        FirstCode = There.Received?.Code ?? CloseCode.Abnormal,
        FirstReason = There.Received?.Reason ?? "",
        SecondCode = Back.Received?.Code ?? CloseCode.Abnormal,
        SecondReason = Back.Received?.Reason ?? "",
        ToldFirst = Back.Told?.Code ?? CloseCode.Abnormal,
        ToldSecond = There.Told?.Code ?? CloseCode.Abnormal,
        MessagesThere = There.Messages,
        BytesThere = There.Bytes,
        MessagesBack = Back.Messages,
        BytesBack = Back.Bytes,
        Duration = duration,
    };
}
