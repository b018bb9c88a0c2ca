namespace Culvert.Protocol.Multiplexing;

/// <summary>
/// One end of a yamux session, version 0, without I/O: which streams are open, what may be sent, what is owed to the
/// peer, and whether it keeps to the protocol. For one caller at a time.
/// </summary>
/// <remarks>
/// <para>
/// It counts and the caller carries: payloads stay with the caller, who offers them with <see cref="TryTakeData"/> and
/// gets them from <see cref="TryReceive"/>, and says what the application consumed. Time is passed in, from any origin.
/// </para>
/// <para>
/// It keeps no data, and what a peer can make it keep is bounded by <see cref="MultiplexerOptions"/>. What it finds
/// does not depend on how the input is cut.
/// </para>
/// </remarks>
public sealed partial class Multiplexer
{
    private readonly MultiplexerOptions _options;
    private readonly uint _localParity;
    private readonly Dictionary<uint, MuxStreamState> _streams = [];
    private readonly ControlQueue _controls;
    private readonly ResetStreams _reset;
    private readonly ReceiveBudget _budget;
    private readonly RoundTrip _roundTrip = new();
    private ulong _nextId;
    private GoAwayCode? _goAway;
    private bool _goAwayIsDue;

    /// <summary>Creates an end at the first byte of the carrier.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Multiplexer(MuxRole role, MultiplexerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _localParity = role == MuxRole.Client ? 1u : 0u;
        _nextId = role == MuxRole.Client ? 1u : 2u;
        _controls = new ControlQueue(options.MaxQueuedControls);
        _reset = new ResetStreams(options.MaxResetStreams);
        _budget = new ReceiveBudget(options);
    }

    /// <summary>The streams that have not left the session, in no order.</summary>
    public IReadOnlyCollection<MuxStreamState> Streams => _streams.Values;

    /// <summary>Streams of the peer that were reported and not yet passed to <see cref="Accept"/>.</summary>
    public int WaitingStreams { get; private set; }

    /// <summary>Streams of the peer that were refused since the start.</summary>
    public long RefusedStreams { get; private set; }

    /// <summary>Bytes received and not yet consumed.</summary>
    public long UnreadBytes => _budget.Unread;

    /// <summary>How long streams waited for credit since the start, one after the other.</summary>
    public TimeSpan BlockedTime { get; private set; }

    /// <summary>The smoothed round trip; null before the first answer to a ping.</summary>
    public TimeSpan? RoundTripTime => _roundTrip.Time;

    /// <summary>How the peer broke the protocol. After that, input is ignored and only a go-away is sent.</summary>
    public MuxViolation Violation { get; private set; }

    /// <summary>What the peer's go-away said, as a number: it may be none that is defined. Null for none.</summary>
    public uint? PeerGoAway { get; private set; }

    /// <summary>Whether <see cref="TryTakeControl"/> may have something.</summary>
    public bool HasControls { get; private set; }

    /// <summary>Opens a stream; data may be sent at once.</summary>
    public MuxOpening TryOpen(TimeSpan now, out MuxStreamState? stream)
    {
        stream = null;
        if (_goAway is not null || PeerGoAway is not null || Violation != MuxViolation.None)
        {
            return MuxOpening.GoneAway;
        }

        if (_nextId > uint.MaxValue)
        {
            return MuxOpening.IdsExhausted;
        }

        if (_streams.Count >= _options.MaxStreams)
        {
            return MuxOpening.TooManyStreams;
        }

        stream = new MuxStreamState((uint)_nextId, isLocal: true, now) { SynIsDue = true };
        _nextId += 2;
        _streams.Add(stream.Id, stream);
        Queue(stream);
        return MuxOpening.Opened;
    }

    /// <summary>
    /// Takes a stream of the peer out of the backlog, once, also when it is gone by now, and lets the peer know.
    /// </summary>
    public void Accept(MuxStreamState stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        WaitingStreams--;
        stream.IsAcknowledged = true;
        stream.AckIsDue = !stream.IsGone;
        Queue(stream);
    }

    /// <summary>
    /// Ends both directions of a stream at once. Of what was received, nothing counts as unread any more. Does nothing
    /// to a stream that is gone.
    /// </summary>
    public void Reset(MuxStreamState stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.IsGone)
        {
            return;
        }

        var isOver = stream is { FinSent: true, FinReceived: true };
        Remove(stream);
        // The peer has never heard of a stream whose SYN is still here, and needs no word of one that both finished.
        if (!stream.SynIsDue && !isOver)
        {
            stream.RstIsDue = true;
            Queue(stream);
        }
    }

    /// <summary>Tells that the application consumed bytes of a stream, which may become credit for the peer.</summary>
    public void Consume(MuxStreamState stream, long bytes, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.IsGone || bytes == 0)
        {
            return;
        }

        if (_budget.Consume(stream, bytes, now, _roundTrip.Time)
            && (_roundTrip.MeasuredAt is not { } measuredAt || now - measuredAt >= TimeSpan.FromSeconds(1)))
        {
            Ping();
        }

        if (stream.GrantIsDue)
        {
            Queue(stream);
        }

        RemoveIfOver(stream);
    }

    /// <summary>Wants a ping sent, unless one is under way.</summary>
    /// <returns>False when one is.</returns>
    public bool Ping()
    {
        var isNew = _roundTrip.Ask();
        HasControls |= isNew;
        return isNew;
    }

    /// <summary>
    /// Announces the end of the session: streams of the peer are refused from now on, and none can be opened here.
    /// Those that are open go on. Only the first call counts.
    /// </summary>
    public void GoAway(GoAwayCode code)
    {
        if (_goAway is null)
        {
            _goAway = code;
            _goAwayIsDue = true;
            HasControls = true;
        }
    }

    /// <summary>
    /// The carrier has ended, and nothing is sent or received any more: every stream leaves, and what their windows
    /// took of a shared reserve is given back.
    /// </summary>
    public void Close()
    {
        foreach (var stream in _streams.Values)
        {
            stream.IsGone = true;
            _budget.Release(stream);
        }

        _streams.Clear();
    }

    /// <summary>Takes the next frame without data. Call until it returns false, before any data.</summary>
    public bool TryTakeControl(TimeSpan now, out MuxHeader header)
    {
        if (Violation == MuxViolation.None && (_roundTrip.TryTake(now, out header) || _controls.TryTake(out header)))
        {
            return true;
        }

        header = new MuxHeader(MuxFrameType.GoAway, MuxFlags.None, 0, (uint)(_goAway ?? GoAwayCode.Normal));
        HasControls = false;
        var isDue = _goAwayIsDue;
        _goAwayIsDue = false;
        return isDue;
    }

    /// <summary>
    /// Makes the next data frame of a stream, as long as credit allows; or, when there is no data and none to come, the
    /// FIN.
    /// </summary>
    /// <param name="stream">Whose data it is.</param>
    /// <param name="available">Bytes that wait to be sent.</param>
    /// <param name="isLast">Whether no more come after them.</param>
    /// <param name="maxBytes">Longest payload.</param>
    /// <param name="now">The time.</param>
    /// <param name="header">The frame; its payload is the first bytes of what waits.</param>
    /// <returns>
    /// False when there is nothing to send, no credit, or no stream any more. Of missing credit that comes,
    /// <see cref="MuxSignals.Credit"/> tells.
    /// </returns>
    public bool TryTakeData(
        MuxStreamState stream, long available, bool isLast, int maxBytes, TimeSpan now, out MuxHeader header)
    {
        ArgumentNullException.ThrowIfNull(stream);
        header = default;
        if (stream.IsGone || stream.FinSent || Violation != MuxViolation.None)
        {
            return false;
        }

        if (available > 0)
        {
            var bytes = (uint)Math.Min(Math.Min(available, maxBytes), stream.SendCredit);
            if (bytes == 0)
            {
                stream.BlockedSince ??= now;
                return false;
            }

            stream.SendCredit -= bytes;
            header = new MuxHeader(MuxFrameType.Data, stream.TakeOpeningFlags(), stream.Id, bytes);
            return true;
        }

        if (!isLast)
        {
            return false;
        }

        // Never together with data: some peers look at the flags first, and their reader may then see the end before
        // it sees the bytes.
        var flags = stream.TakeOpeningFlags() | MuxFlags.Fin;
        header = new MuxHeader(MuxFrameType.WindowUpdate, flags, stream.Id, stream.TakeGrant());
        stream.FinSent = true;
        RemoveIfOver(stream);
        return true;
    }

    private void RemoveIfOver(MuxStreamState stream)
    {
        if (stream is { FinSent: true, FinReceived: true, Unread: 0, IsGone: false })
        {
            stream.IsGone = true;
            _budget.Release(stream);
            _streams.Remove(stream.Id);
        }
    }

    private void Remove(MuxStreamState stream)
    {
        stream.IsGone = true;
        _budget.Release(stream);
        _streams.Remove(stream.Id);
        if (!stream.FinReceived)
        {
            _reset.Add(stream.Id, stream.ReceiveCredit);
        }
    }

    private void AddControl(MuxHeader header)
    {
        if (!_controls.TryAdd(header))
        {
            Violation = MuxViolation.ControlFlood;
        }

        HasControls = true;
    }

    private void Queue(MuxStreamState stream)
    {
        _controls.Add(stream);
        HasControls = true;
    }
}
