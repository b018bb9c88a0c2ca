namespace Culvert.Protocol.Multiplexing;

/// <content>The way in: frames of the peer, and whether they may be.</content>
public sealed partial class Multiplexer
{
    private readonly byte[] _headerBytes = new byte[MuxHeader.Bytes];
    private int _headerCount;
    private uint _highestPeerId;
    private bool _hasFailed;

    /// <summary>Of the payload being received: its stream, or null to discard it, and what is missing.</summary>
    private MuxStreamState? _current;
    private uint _payloadLeft;
    private bool _currentFinishes;
    private MuxStreamState? _evicted;

    /// <summary>Takes bytes of the carrier up to the next event. Call again until it returns false.</summary>
    /// <param name="input">
    /// What was received; on return it begins behind what was taken, and on false it is empty.
    /// </param>
    /// <param name="now">The time.</param>
    /// <param name="received">The event, when the result is true. Its payload lies in the input.</param>
    public bool TryReceive(scoped ref ReadOnlySpan<byte> input, TimeSpan now, out MuxEvent received)
    {
        received = default;
        while (Violation == MuxViolation.None)
        {
            if (_evicted is not null)
            {
                received = new MuxEvent(MuxSignals.Evicted, _evicted);
                _evicted = null;
                return true;
            }

            if (_payloadLeft > 0)
            {
                if (input.IsEmpty)
                {
                    return false;
                }

                if (TakePayload(ref input, out received))
                {
                    return true;
                }

                continue;
            }

            if (!TryTakeHeader(ref input, out var header))
            {
                break;
            }

            if (Violation == MuxViolation.None && Begin(header, now, out received))
            {
                return true;
            }
        }

        return Violation != MuxViolation.None && Fail(ref input, out received);
    }

    /// <summary>Reports a violation, once, and has nothing but the go-away sent.</summary>
    private bool Fail(scoped ref ReadOnlySpan<byte> input, out MuxEvent received)
    {
        input = default;
        received = new MuxEvent(MuxSignals.Violation, null);
        if (_hasFailed)
        {
            return false;
        }

        _hasFailed = true;
        _controls.Clear();
        _goAway = GoAwayCode.ProtocolError;
        _goAwayIsDue = true;
        HasControls = true;
        return true;
    }

    private bool TryTakeHeader(scoped ref ReadOnlySpan<byte> input, out MuxHeader header)
    {
        header = default;
        scoped ReadOnlySpan<byte> bytes;
        if (_headerCount == 0 && input.Length >= MuxHeader.Bytes)
        {
            bytes = input;
            input = input[MuxHeader.Bytes..];
        }
        else
        {
            var part = Math.Min(MuxHeader.Bytes - _headerCount, input.Length);
            input[..part].CopyTo(_headerBytes.AsSpan(_headerCount));
            input = input[part..];
            _headerCount += part;
            if (_headerCount < MuxHeader.Bytes)
            {
                return false;
            }

            bytes = _headerBytes;
            _headerCount = 0;
        }

        Violation = MuxHeader.Read(bytes, out header);
        return true;
    }

    private bool TakePayload(scoped ref ReadOnlySpan<byte> input, out MuxEvent received)
    {
        var piece = input[..(int)Math.Min((uint)input.Length, _payloadLeft)];
        input = input[piece.Length..];
        _payloadLeft -= (uint)piece.Length;
        received = default;
        if (_current is not { IsGone: false } stream)
        {
            return false;
        }

        _budget.Receive(stream, piece.Length);
        if (_budget.IsSpent)
        {
            Evict(stream);
        }

        var signals = MuxSignals.Data;
        if (_payloadLeft == 0 && _currentFinishes)
        {
            signals |= Finish(stream);
        }

        received = new MuxEvent(signals, stream, piece);
        return true;
    }

    private bool Begin(MuxHeader header, TimeSpan now, out MuxEvent received)
    {
        MuxStreamState? stream = null;
        var signals = MuxSignals.None;
        switch (header.Type)
        {
            case MuxFrameType.Ping when header.Flags == MuxFlags.Syn:
                AddControl(header with { Flags = MuxFlags.Ack });
                break;
            case MuxFrameType.Ping:
                signals = _roundTrip.Answer(header.Length, now) ? MuxSignals.Pong : MuxSignals.None;
                break;
            case MuxFrameType.GoAway:
                PeerGoAway = header.Length;
                signals = MuxSignals.GoAway;
                break;
            default:
                signals = BeginStreamFrame(header, now, out stream);
                break;
        }

        received = new MuxEvent(signals, stream);
        return signals != MuxSignals.None && Violation == MuxViolation.None;
    }

    private MuxSignals BeginStreamFrame(MuxHeader header, TimeSpan now, out MuxStreamState? stream)
    {
        var signals = MuxSignals.None;
        if ((header.Flags & MuxFlags.Syn) != 0)
        {
            signals = Open(header, now);
        }

        _current = null;
        _payloadLeft = header.PayloadBytes;
        if (!_streams.TryGetValue(header.StreamId, out stream))
        {
            Violation = Violation == MuxViolation.None ? CheckUnknown(header) : Violation;
            return MuxSignals.None;
        }

        if ((header.Flags & MuxFlags.Rst) != 0)
        {
            Remove(stream);
            Violation = CheckUnknown(header);
            return MuxSignals.Reset;
        }

        if ((header.Flags & MuxFlags.Ack) != 0 && stream is { IsLocal: true, IsAcknowledged: false })
        {
            stream.IsAcknowledged = true;
            signals |= MuxSignals.Acknowledged;
        }

        signals |= header.Type == MuxFrameType.Data ? BeginData(stream, header.Length) : AddCredit(stream, header, now);
        _currentFinishes = (header.Flags & MuxFlags.Fin) != 0;
        return _currentFinishes && _payloadLeft == 0 ? signals | Finish(stream) : signals;
    }

    private MuxSignals Open(MuxHeader header, TimeSpan now)
    {
        var id = header.StreamId;
        if ((id & 1) == _localParity)
        {
            Violation = MuxViolation.WrongParity;
            return MuxSignals.None;
        }

        if (_streams.ContainsKey(id))
        {
            Violation = MuxViolation.DuplicateStream;
            return MuxSignals.None;
        }

        // Not that ids must rise: peers with several threads may send two SYNs in the other order.
        _highestPeerId = Math.Max(_highestPeerId, id);
        if (_goAway is not null || _streams.Count >= _options.MaxStreams || WaitingStreams >= _options.AcceptBacklog
            || _budget.IsSpent)
        {
            RefusedStreams++;
            _reset.Add(id, MultiplexerOptions.InitialWindow);
            AddControl(new MuxHeader(MuxFrameType.WindowUpdate, MuxFlags.Rst, id, 0));
            return MuxSignals.None;
        }

        _streams.Add(id, new MuxStreamState(id, isLocal: false, now));
        WaitingStreams++;
        return MuxSignals.Opened;
    }

    private MuxSignals BeginData(MuxStreamState stream, uint bytes)
    {
        _current = stream;
        if (bytes > 0 && stream.FinReceived)
        {
            Violation = MuxViolation.DataAfterFin;
        }
        else if (bytes > stream.ReceiveCredit)
        {
            Violation = MuxViolation.CreditOverrun;
        }
        else
        {
            stream.ReceiveCredit -= bytes;
        }

        return MuxSignals.None;
    }

    private MuxSignals AddCredit(MuxStreamState stream, MuxHeader header, TimeSpan now)
    {
        stream.SendCredit += header.Length;
        if (stream.SendCredit > uint.MaxValue)
        {
            Violation = MuxViolation.WindowOverflow;
        }

        if (stream.BlockedSince is not { } since || header.Length == 0)
        {
            return MuxSignals.None;
        }

        BlockedTime += now - since;
        stream.BlockedSince = null;
        return MuxSignals.Credit;
    }

    private MuxSignals Finish(MuxStreamState stream)
    {
        if (stream.FinReceived)
        {
            return MuxSignals.None;
        }

        stream.FinReceived = true;
        RemoveIfOver(stream);
        return MuxSignals.Finished;
    }

    /// <summary>A frame for a stream that is not open: late, which is nobody's fault, or wrong.</summary>
    private MuxViolation CheckUnknown(MuxHeader header)
    {
        var id = header.StreamId;
        var wasOpen = (id & 1) == _localParity ? id < _nextId : id <= _highestPeerId;
        if (!wasOpen)
        {
            return MuxViolation.UnknownStream;
        }

        // Credit, a FIN or a reset may cross with our own; data may only where we reset the stream.
        return header.PayloadBytes == 0 ? MuxViolation.None : _reset.Take(id, header.PayloadBytes);
    }

    private void Evict(MuxStreamState victim)
    {
        foreach (var stream in _streams.Values)
        {
            victim = stream.Unread > victim.Unread ? stream : victim;
        }

        Reset(victim);
        _evicted = victim;
    }
}
