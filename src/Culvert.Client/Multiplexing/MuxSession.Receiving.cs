using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <content>The way in: one loop, which waits for nothing but the carrier.</content>
internal sealed partial class MuxSession
{
    private long _receivedBytes;
    private long _lastReceivedTicks;

    /// <summary>The stream whose reader was not yet told of what it got.</summary>
    private MuxStream? _unflushed;

    private async Task<MuxSessionEnd> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Ends with the carrier, or by the token. After an error of the peer it goes on: closing a socket that has
            // unread bytes would reset it, and the peer would not hear why.
            while (true)
            {
                var slice = await _carrier.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                if (slice.IsEmpty)
                {
                    return CarrierEnded();
                }

                if (Take(slice.Span) is { } end)
                {
                    _stop.TrySetResult(end);
                }
            }
        }
        catch (Exception e)
        {
            return Caught(e, cancellationToken);
        }
    }

    private static MuxSessionEnd Caught(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        IOException => MuxSessionEnd.Lost(exception.Message, exception),
        OperationCanceledException when cancellationToken.IsCancellationRequested => MuxSessionEnd.Lost("given up"),
        _ => new MuxSessionEnd(MuxSessionEndKind.Faulted, exception.Message, Error: exception),
    };

    /// <summary>A carrier may only end in order when it cuts nothing off.</summary>
    private MuxSessionEnd CarrierEnded()
    {
        lock (_lock)
        {
            return _mux.Streams.Count == 0 || _mux.PeerGoAway == (uint)GoAwayCode.Normal
                ? new MuxSessionEnd(MuxSessionEndKind.PeerClosed, "closed by the peer")
                : MuxSessionEnd.Lost($"ended with {_mux.Streams.Count} streams open");
        }
    }

    private MuxSessionEnd? Take(ReadOnlySpan<byte> slice)
    {
        var now = Now;
        Interlocked.Exchange(ref _lastReceivedTicks, now.Ticks);
        Interlocked.Add(ref _receivedBytes, slice.Length);
        MuxSessionEnd? end = null;
        bool hasControls;
        while (true)
        {
            MuxEvent received;
            bool isMore;
            lock (_lock)
            {
                isMore = _mux.TryReceive(ref slice, now, out received);
                NoteRemoval();
                hasControls = _mux.HasControls;
            }

            if (!isMore)
            {
                break;
            }

            end ??= Handle(received);
        }

        _unflushed?.FlushInput();
        _unflushed = null;
        if (hasControls)
        {
            _wake.Set();
        }

        return end;
    }

    private MuxSessionEnd? Handle(MuxEvent received)
    {
        if (received.Stream is { } state)
        {
            HandleStream(state, received);
            return null;
        }

        if (received.Has(MuxSignals.Violation))
        {
            var violation = _mux.Violation;
            return new MuxSessionEnd(MuxSessionEndKind.ProtocolError, $"protocol error: {violation}", violation);
        }

        if (!received.Has(MuxSignals.GoAway))
        {
            return null;
        }

        _peerLeaves.TrySetResult();
        return _mux.PeerGoAway == (uint)GoAwayCode.Normal
            ? null
            : new MuxSessionEnd(MuxSessionEndKind.PeerFailed, $"the peer went away with code {_mux.PeerGoAway}");
    }

    private void HandleStream(MuxStreamState state, MuxEvent received)
    {
        if (received.Has(MuxSignals.Opened))
        {
            Open(state);
        }

        var stream = StreamOf(state);
        if (received.Has(MuxSignals.Acknowledged))
        {
            stream.EndOpening();
        }

        if (received.Has(MuxSignals.Credit))
        {
            MarkReady(stream);
        }

        if (received.Has(MuxSignals.Data))
        {
            if (_unflushed != stream)
            {
                _unflushed?.FlushInput();
                _unflushed = stream;
            }

            stream.Receive(received.Payload);
        }

        if (received.Has(MuxSignals.Finished))
        {
            stream.ReceiveEnd();
        }

        if (received.Has(MuxSignals.Reset))
        {
            Interlocked.Increment(ref _resetByPeer);
            var wasRefused = state is { IsLocal: true, IsAcknowledged: false };
            stream.Close(wasRefused ? MuxStreamEnd.Refused : MuxStreamEnd.ResetByPeer);
        }

        if (received.Has(MuxSignals.Evicted))
        {
            Interlocked.Increment(ref _resetHere);
            stream.Close(MuxStreamEnd.OverBudget);
        }
    }

    private void Open(MuxStreamState state)
    {
        var stream = new MuxStream(this, state, _options.Pool);
        lock (_lock)
        {
            state.Owner = stream;
            _accepted++;
        }

        // The state machine holds the backlog to its bound.
        _accepts.Writer.TryWrite(stream);
    }
}
