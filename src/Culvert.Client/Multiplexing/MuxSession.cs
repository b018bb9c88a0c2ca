using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <summary>One end of a tunnel's session: many streams on one carrier, opened by either end.</summary>
/// <remarks>
/// <para>
/// Safe for concurrent use. <see cref="RunAsync"/> does the work and is called once; streams may be opened before.
/// </para>
/// <para>
/// One loop receives and never waits for the one that sends: answers go to a bounded queue of the
/// <see cref="Multiplexer"/>. A stream that nobody reads holds its own window and nothing else.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "They hold nothing: no wait handle is taken and no timer set.")]
internal sealed partial class MuxSession
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(5);

    private readonly Carrier _carrier;
    private readonly MuxSessionOptions _options;
    private readonly long _startedAt;
    private readonly Channel<MuxStream> _accepts = Channel.CreateUnbounded<MuxStream>();
    private readonly SemaphoreSlim _openings;
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<MuxSessionEnd> _stop =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _peerLeaves = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Protects the state machine, the queue of ready streams and the counts. Taken after a stream's locks, never
    // before one.
    private readonly Lock _lock = new();
    private readonly Multiplexer _mux;
    private bool _isDraining;
    private bool _isOver;
    private long _opened;
    private long _accepted;
    private long _resetByPeer;
    private long _resetHere;

    /// <summary>Creates a session at the first byte of its carrier, which it owns from here on.</summary>
    /// <param name="carrier">Connected.</param>
    /// <param name="role">Client for the end that connected.</param>
    /// <param name="options">Limits and times.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public MuxSession(Carrier carrier, MuxRole role, MuxSessionOptions options)
    {
        _carrier = carrier;
        _options = options;
        _mux = new Multiplexer(role, options.Limits);
        _startedAt = options.TimeProvider.GetTimestamp();
        _openings = new SemaphoreSlim(options.Limits.AcceptBacklog);
        _mux.Ping();
    }

    /// <summary>How the session ended; null while it has not.</summary>
    public MuxSessionEnd? End { get; private set; }

    /// <summary>
    /// Completes when the peer announces its end, or with the session: no more streams can be opened, those that are
    /// open go on.
    /// </summary>
    public Task PeerLeaves => _peerLeaves.Task;

    /// <summary>The smoothed round trip; null before the first answer.</summary>
    public TimeSpan? RoundTripTime
    {
        get
        {
            lock (_lock)
            {
                return _mux.RoundTripTime;
            }
        }
    }

    /// <summary>What the session did so far.</summary>
    public MuxFigures Figures
    {
        get
        {
            lock (_lock)
            {
                return new MuxFigures
                {
                    Streams = _mux.Streams.Count,
                    Opened = _opened,
                    Accepted = _accepted,
                    Refused = _mux.RefusedStreams,
                    ResetByPeer = _resetByPeer,
                    ResetHere = _resetHere,
                    SentBytes = _sentBytes,
                    ReceivedBytes = _receivedBytes,
                    UnreadBytes = _mux.UnreadBytes,
                    BlockedOnWindow = _mux.BlockedTime,
                    BlockedOnCarrier = _blockedOnCarrier,
                    RoundTripTime = _mux.RoundTripTime,
                };
            }
        }
    }

    /// <summary>The time since the session was made, which the state machine counts in.</summary>
    internal TimeSpan Now => _options.TimeProvider.GetElapsedTime(_startedAt);

    /// <summary>Runs the session until it ends, and says how. Every stream and the carrier have ended then.</summary>
    /// <param name="cancellationToken">Ends it in order, as <see cref="Stop"/> does; nothing is thrown.</param>
    public async Task<MuxSessionEnd> RunAsync(CancellationToken cancellationToken)
    {
        using var carrierToken = new CancellationTokenSource();
        var receiving = ReceiveAsync(carrierToken.Token);
        var sending = SendAsync(carrierToken.Token);
        MuxSessionEnd end;
        await using (_options.TimeProvider.CreateTimer(_ => Tick(), null, TickInterval, TickInterval)
            .ConfigureAwait(false))
        await using (cancellationToken.UnsafeRegister(_ => Stop(), null).ConfigureAwait(false))
        {
            end = await (await Task.WhenAny(receiving, sending, _stop.Task).ConfigureAwait(false))
                .ConfigureAwait(false);
        }

        // What was found first is why the loops ended after it.
        end = _stop.Task.IsCompleted ? await _stop.Task.ConfigureAwait(false) : end;
        await CloseCarrierAsync(end, receiving, sending).ConfigureAwait(false);
        await carrierToken.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(receiving, sending).ConfigureAwait(false);
        await EndStreamsAsync(end).ConfigureAwait(false);
        await _carrier.DisposeAsync().ConfigureAwait(false);
        return end;
    }

    /// <summary>Ends the session in order, now: streams that are open end with it.</summary>
    public void Stop() => _stop.TrySetResult(new MuxSessionEnd(MuxSessionEndKind.Closed, "closed here"));

    /// <summary>
    /// Announces the end: no new streams from either end, those that are open go on. Completes when the last is gone or
    /// the session has ended; <see cref="Stop"/> comes after it.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; streams go on.</param>
    public Task GoAwayAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isDraining = true;
            _mux.GoAway(GoAwayCode.Normal);
            NoteRemoval();
        }

        _wake.Set();
        return _drained.Task.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Opens a stream, without waiting for the peer: data may be written at once. Only when as many wait for the peer
    /// as its backlog takes, waits for one of them.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait; nothing is opened then.</param>
    /// <exception cref="MuxOpenException">The session is ending, or has as many streams as it may.</exception>
    public async ValueTask<MuxStream> OpenAsync(CancellationToken cancellationToken)
    {
        if (!_openings.Wait(0, CancellationToken.None))
        {
            await WaitForOpeningAsync(cancellationToken).ConfigureAwait(false);
        }

        MuxOpening opening;
        lock (_lock)
        {
            opening = MuxOpening.GoneAway;
            if (!_isOver && (opening = _mux.TryOpen(Now, out var state)) == MuxOpening.Opened)
            {
                // Not null when it was opened.
                var stream = new MuxStream(this, state!, _options.Pool);
                state!.Owner = stream;
                _opened++;
                _wake.Set();
                return stream;
            }
        }

        _openings.Release();
        throw new MuxOpenException(opening);
    }

    /// <summary>The next stream that the peer opened; null when the session has ended.</summary>
    /// <param name="cancellationToken">Ends the wait; no stream is lost.</param>
    public async ValueTask<MuxStream?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _accepts.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (_accepts.Reader.TryRead(out var stream))
            {
                lock (_lock)
                {
                    _mux.Accept(stream.State);
                }

                _wake.Set();
                if (stream.End == MuxStreamEnd.None)
                {
                    return stream;
                }

                // The peer was faster. Nobody else will let go of it.
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }

        return null;
    }

    internal void ReleaseOpening() => _openings.Release();

    internal void Consume(MuxStream stream, long bytes)
    {
        bool hasControls;
        lock (_lock)
        {
            _mux.Consume(stream.State, bytes, Now);
            NoteRemoval();
            hasControls = _mux.HasControls;
        }

        if (hasControls)
        {
            _wake.Set();
        }
    }

    internal bool TryTakeData(
        MuxStreamState state, long available, bool isLast, int maxBytes, TimeSpan now, out MuxHeader header)
    {
        lock (_lock)
        {
            var isTaken = _mux.TryTakeData(state, available, isLast, maxBytes, now, out header);
            NoteRemoval();
            return isTaken;
        }
    }

    internal void Reset(MuxStream stream, MuxStreamEnd end)
    {
        lock (_lock)
        {
            _resetHere += stream.State.IsGone ? 0 : 1;
            _mux.Reset(stream.State);
            NoteRemoval();
        }

        stream.Close(end);
        _wake.Set();
    }

    private async ValueTask WaitForOpeningAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            await _openings.WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MuxOpenException(MuxOpening.GoneAway);
        }
    }

    private void NoteRemoval()
    {
        if (_isDraining && _mux.Streams.Count == 0)
        {
            _drained.TrySetResult();
        }
    }

    private void Tick()
    {
        List<(MuxStream Stream, MuxStreamEnd End)> overdue = [];
        var now = Now;
        lock (_lock)
        {
            foreach (var state in _mux.Streams)
            {
                if (state is { IsLocal: true, IsAcknowledged: false } && now - state.OpenedAt >= _options.OpenTimeout)
                {
                    overdue.Add((StreamOf(state), MuxStreamEnd.NotAccepted));
                }
                else if (now - StreamOf(state).LingersSince >= _options.Linger)
                {
                    overdue.Add((StreamOf(state), MuxStreamEnd.Aborted));
                }
            }
        }

        foreach (var (stream, end) in overdue)
        {
            Reset(stream, end);
        }

        WatchSilence(now);
    }

    private void WatchSilence(TimeSpan now)
    {
        var silence = now - TimeSpan.FromTicks(Interlocked.Read(ref _lastReceivedTicks));
        if (_options.SilenceLimit == TimeSpan.Zero || silence < _options.SilenceLimit / 2)
        {
            return;
        }

        lock (_lock)
        {
            _mux.Ping();
        }

        _wake.Set();
        if (silence >= _options.SilenceLimit)
        {
            _stop.TrySetResult(MuxSessionEnd.Lost($"silent for {silence.TotalSeconds:0} s"));
        }
    }

    /// <summary>Tells the peer, where it can be told, and breaks the carrier where that takes too long.</summary>
    private async Task CloseCarrierAsync(
        MuxSessionEnd end, Task<MuxSessionEnd> receiving, Task<MuxSessionEnd> sending)
    {
        lock (_lock)
        {
            _isOver = true;
            _mux.GoAway(end.Code ?? GoAwayCode.Normal);
        }

        _wake.Set();
        if (end.Code is not { } code)
        {
            _carrier.Abort();
            return;
        }

        using var limit = new CancellationTokenSource(_options.CloseTimeout * 2, _options.TimeProvider);
        try
        {
            await sending.WaitAsync(_options.CloseTimeout, _options.TimeProvider, limit.Token).ConfigureAwait(false);
            await _carrier.CloseAsync(code, end.Why, limit.Token).ConfigureAwait(false);
            await receiving.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or IOException)
        {
            _carrier.Abort();
        }
    }

    private async Task EndStreamsAsync(MuxSessionEnd end)
    {
        End = end;
        List<MuxStream> streams = [];
        lock (_lock)
        {
            streams.AddRange(_mux.Streams.Select(StreamOf));
            _mux.Close();
        }

        var streamEnd = end.Kind == MuxSessionEndKind.CarrierLost
            ? MuxStreamEnd.CarrierLost
            : MuxStreamEnd.SessionClosed;
        foreach (var stream in streams)
        {
            stream.Close(streamEnd);
        }

        _accepts.Writer.TryComplete();
        while (_accepts.Reader.TryRead(out var waiting))
        {
            await waiting.DisposeAsync().ConfigureAwait(false);
        }

        _drained.TrySetResult();
        _peerLeaves.TrySetResult();
        await _ended.CancelAsync().ConfigureAwait(false);
    }

    // Set where the stream is made, under the lock or before anybody else knows of it.
    private static MuxStream StreamOf(MuxStreamState state) => (MuxStream)state.Owner!;
}
