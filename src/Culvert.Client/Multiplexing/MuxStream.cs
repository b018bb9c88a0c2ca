using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <summary>One stream of a session: bytes both ways, each direction with its own end.</summary>
/// <remarks>
/// <para>
/// One reader of <see cref="Input"/> and one writer of <see cref="Output"/> at a time; both may be at work at once, and
/// everything else is safe from any thread. What the peer does is never an exception: any end completes
/// <see cref="Input"/>, and a flush then says completed. Only where <see cref="PeerFinished"/> is true was it a proper
/// end; otherwise <see cref="End"/> says what it was.
/// </para>
/// <para>
/// What waits to be read is bounded by the window, what waits to be sent by <see cref="MaxUnsentBytes"/>, beyond which
/// a flush waits. A stream on which nothing waits holds no buffers.
/// </para>
/// </remarks>
internal sealed class MuxStream : IDuplexPipe, IAsyncDisposable
{
    /// <summary>Unsent bytes at which a flush begins to wait; it goes on at half of it.</summary>
    public const int MaxUnsentBytes = 128 * 1024;

    private const int SegmentBytes = 4096;
    private const int LargeSegmentBytes = Carrier.MaxBatchBytes;

    private readonly MuxSession _session;
    private readonly Pipe _incoming;
    private readonly Pipe _outgoing;

    // Held only while a pipe's session side is used, and never while taking the session's lock from the other order:
    // these first, then the session's.
    private readonly Lock _incomingLock = new();
    private readonly Lock _outgoingLock = new();
    private bool _incomingIsOver;
    private bool _outgoingIsOver;
    private volatile bool _inputIsDropped;
    private volatile bool _outputIsComplete;
    private volatile bool _peerFinished;
    private int _end;
    private int _opening;

    public MuxStream(MuxSession session, MuxStreamState state, MemoryPool<byte> pool)
    {
        _session = session;
        State = state;
        _opening = state.IsLocal ? 1 : 0;
        // The window bounds what comes in, so its pipe never pauses and a flush of the session never waits.
        _incoming = new Pipe(new PipeOptions(
            pool, pauseWriterThreshold: 0, minimumSegmentSize: SegmentBytes, useSynchronizationContext: false));
        _outgoing = new Pipe(new PipeOptions(
            pool,
            pauseWriterThreshold: MaxUnsentBytes,
            resumeWriterThreshold: MaxUnsentBytes / 2,
            minimumSegmentSize: SegmentBytes,
            useSynchronizationContext: false));
        Input = new MuxInput(this, _incoming.Reader);
        Output = new MuxOutput(this, _outgoing.Writer);
    }

    /// <summary>The stream's id on the wire.</summary>
    public uint Id => State.Id;

    /// <summary>What the peer sends. Completing it early drops the rest.</summary>
    public PipeReader Input { get; }

    /// <summary>The way to the peer. Completing it sends a FIN after all data; with an exception, it aborts.</summary>
    public PipeWriter Output { get; }

    /// <summary>How the stream ended.</summary>
    public MuxStreamEnd End => (MuxStreamEnd)Volatile.Read(ref _end);

    /// <summary>Whether the peer's FIN came, and with it everything it sent.</summary>
    public bool PeerFinished => _peerFinished;

    /// <summary>How far its receive window has grown, bytes; still there when it has ended.</summary>
    public long WindowBytes => State.ReceiveWindow;

    internal MuxStreamState State { get; }

    /// <summary>Whether it stands in the session's queue; the session's lock protects it.</summary>
    internal bool IsReady { get; set; }

    /// <summary>Since when it waits only for the peer's end; null before.</summary>
    internal TimeSpan? LingersSince { get; private set; }

    /// <summary>Sends a FIN after all that was flushed. Reading goes on. For the writer; call at most once.</summary>
    public void Finish() => Output.Complete();

    /// <summary>
    /// Resets the stream: unsent and unread bytes are lost, and the peer cannot take it for a proper end. Does nothing
    /// to one that has ended.
    /// </summary>
    public void Abort() => _session.Reset(this, MuxStreamEnd.Aborted);

    /// <summary>
    /// Lets go of the stream. One whose output was finished still sends what waits, and takes the peer's end for a
    /// while (<see cref="MuxSessionOptions.Linger"/>); any other is aborted. Call when no read or flush is under way.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_outputIsComplete)
        {
            Abort();
        }

        LingersSince ??= _session.Now;
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
    }

    internal void Consumed(long bytes)
    {
        if (bytes > 0)
        {
            _session.Consume(this, bytes);
        }
    }

    internal void DropInput()
    {
        _inputIsDropped = true;
        _session.Consume(this, long.MaxValue);
    }

    internal void OutputIsReady(bool sendsHere) => _session.MarkReady(this, sendsHere);

    internal void OutputIsComplete()
    {
        _outputIsComplete = true;
        _session.MarkReady(this);
    }

    /// <summary>Takes a piece that the peer sent; <see cref="FlushInput"/> shows it to the reader.</summary>
    internal void Receive(ReadOnlySpan<byte> payload)
    {
        var bytes = payload.Length;
        lock (_incomingLock)
        {
            while (!_incomingIsOver && !_inputIsDropped && !payload.IsEmpty)
            {
                var span = _incoming.Writer.GetSpan(Math.Min(payload.Length, LargeSegmentBytes));
                var part = Math.Min(span.Length, payload.Length);
                payload[..part].CopyTo(span);
                _incoming.Writer.Advance(part);
                payload = payload[part..];
            }
        }

        // Looked at after the copy: a reader that leaves meanwhile has given credit only for what was there before.
        if (_inputIsDropped)
        {
            _session.Consume(this, bytes);
        }
    }

    internal void FlushInput()
    {
        lock (_incomingLock)
        {
            if (!_incomingIsOver)
            {
                var flushing = _incoming.Writer.FlushAsync(CancellationToken.None);
                Debug.Assert(flushing.IsCompleted, "A pipe that never pauses flushes at once.");
            }
        }
    }

    /// <summary>The peer's FIN has come.</summary>
    internal void ReceiveEnd()
    {
        _peerFinished = true;
        // First, so that a reader who sees the end of the input sees the stream's, too.
        EndIfFinished();
        EndIncoming();
    }

    /// <summary>The peer has accepted the stream, or it has ended before.</summary>
    internal void EndOpening()
    {
        if (Interlocked.Exchange(ref _opening, 0) == 1)
        {
            _session.ReleaseOpening();
        }
    }

    /// <summary>Writes the next frame of what waits to be sent.</summary>
    /// <param name="batch">Where to; longer than a header.</param>
    /// <param name="maxPayload">Longest payload, bytes, that fits.</param>
    /// <param name="now">The time.</param>
    /// <returns>Bytes written; 0 when there is nothing to send now.</returns>
    internal int Send(Span<byte> batch, int maxPayload, TimeSpan now)
    {
        MuxHeader header;
        lock (_outgoingLock)
        {
            if (_outgoingIsOver || !_outgoing.Reader.TryRead(out var waiting))
            {
                return 0;
            }

            var bytes = waiting.Buffer;
            if (!_session.TryTakeData(State, bytes.Length, waiting.IsCompleted, maxPayload, now, out header))
            {
                _outgoing.Reader.AdvanceTo(bytes.Start);
                return 0;
            }

            header.Write(batch);
            bytes = bytes.Slice(0, header.PayloadBytes);
            bytes.CopyTo(batch[MuxHeader.Bytes..]);
            _outgoing.Reader.AdvanceTo(bytes.End);
        }

        if ((header.Flags & MuxFlags.Fin) != 0)
        {
            EndOutgoing();
            EndIfFinished();
        }
        else
        {
            _session.MarkReady(this);
        }

        return MuxHeader.Bytes + (int)header.PayloadBytes;
    }

    /// <summary>Ends what has not ended. The first end counts.</summary>
    internal void Close(MuxStreamEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, (int)MuxStreamEnd.None) == (int)MuxStreamEnd.None)
        {
            EndIncoming();
            EndOutgoing();
        }

        EndOpening();
    }

    private void EndIfFinished()
    {
        if (_peerFinished && _outgoingIsOver)
        {
            Close(MuxStreamEnd.Finished);
        }
    }

    private void EndIncoming()
    {
        lock (_incomingLock)
        {
            if (!_incomingIsOver)
            {
                _incomingIsOver = true;
                _incoming.Writer.Complete();
            }
        }
    }

    private void EndOutgoing()
    {
        lock (_outgoingLock)
        {
            if (!_outgoingIsOver)
            {
                _outgoingIsOver = true;
                _outgoing.Reader.Complete();
            }
        }
    }
}
