namespace Culvert.Server.Rooms;

/// <summary>The newest events of one room, encoded: the part of the log that live subscribers read from.</summary>
/// <remarks>
/// Thread-safe. Bounded by count and bytes; the oldest event leaves first. Holds a contiguous run of offsets that ends
/// at <see cref="NextOffset"/> - 1, so a cursor is inside it or has to read the store.
/// </remarks>
internal sealed class Ring
{
    private const int FirstCapacity = 16;

    private readonly Lock _lock = new();
    private readonly int _maxEvents;
    private readonly int _maxBytes;
    private EncodedEvent?[] _events = [];
    private int _first;
    private int _count;
    private long _bytes;
    private long _nextOffset;
    private int _version;

    /// <param name="nextOffset">The offset the next appended event will have.</param>
    /// <param name="maxEvents">Largest number of events kept.</param>
    /// <param name="maxBytes">Largest sum of line lengths kept, except that the newest event always stays.</param>
    public Ring(long nextOffset, int maxEvents, int maxBytes)
    {
        _nextOffset = nextOffset;
        _maxEvents = maxEvents;
        _maxBytes = maxBytes;
    }

    /// <summary>
    /// The offset the next event will have; read without the lock, it may be old by the time it is used.
    /// </summary>
    public long NextOffset => Volatile.Read(ref _nextOffset);

    /// <summary>Changes when an event inside the ring got another text: copies taken before are out of date.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>The lowest offset inside; equals <see cref="NextOffset"/> when the ring is empty.</summary>
    public long FloorOffset
    {
        get
        {
            lock (_lock)
            {
                return _nextOffset - _count;
            }
        }
    }

    public void Append(EncodedEvent encoded)
    {
        lock (_lock)
        {
            if (encoded.Offset != _nextOffset)
            {
                // The log moved on without this ring: start again behind the new event; subscribers read the store.
                Drop(_count);
                _nextOffset = encoded.Offset;
            }

            if (_count == _maxEvents)
            {
                Drop(1);
            }
            else if (_count == _events.Length)
            {
                Grow();
            }

            _events[(_first + _count) & (_events.Length - 1)] = encoded;
            _count++;
            _bytes += encoded.Length;
            Volatile.Write(ref _nextOffset, _nextOffset + 1);
            while (_bytes > _maxBytes && _count > 1)
            {
                Drop(1);
            }
        }
    }

    /// <summary>
    /// Adds the events from <paramref name="offset"/> on to <paramref name="target"/> until their lines exceed
    /// <paramref name="maxBytes"/> (at least one). False when the offset has left the ring.
    /// </summary>
    public bool TryRead(long offset, int maxBytes, List<EncodedEvent> target)
    {
        lock (_lock)
        {
            var floor = _nextOffset - _count;
            if (offset < floor)
            {
                return false;
            }

            var bytes = 0;
            for (var i = offset; i < _nextOffset && bytes <= maxBytes; i++)
            {
                var encoded = At(i - floor);
                target.Add(encoded);
                bytes += encoded.Length;
            }

            return true;
        }
    }

    /// <summary>Gives every event that carries the text of message <paramref name="seq"/> its current text.</summary>
    public void ReplaceText(long seq, ReadOnlySpan<byte> data, int rev)
    {
        lock (_lock)
        {
            for (var i = 0; i < _count; i++)
            {
                ref var slot = ref _events[(_first + i) & (_events.Length - 1)];
                var encoded = slot!;
                if (encoded.Seq != seq
                    || encoded.Kind is not (Protocol.Rooms.EventKind.Message or Protocol.Rooms.EventKind.Edit))
                {
                    continue;
                }

                var replaced = encoded.WithText(data, rev);
                _bytes += replaced.Length - encoded.Length;
                slot = replaced;
            }

            Volatile.Write(ref _version, _version + 1);
        }
    }

    /// <summary>Forgets everything below <paramref name="offset"/>.</summary>
    public void DropBelow(long offset)
    {
        lock (_lock)
        {
            var floor = _nextOffset - _count;
            Drop((int)Math.Clamp(offset - floor, 0, _count));
            Volatile.Write(ref _version, _version + 1);
        }
    }

    /// <summary>
    /// Forgets everything and goes on at <paramref name="nextOffset"/>: the log moved on, or may have changed, without
    /// this ring. Readers find the rest in the store.
    /// </summary>
    public void Restart(long nextOffset)
    {
        lock (_lock)
        {
            Drop(_count);
            Volatile.Write(ref _nextOffset, Math.Max(_nextOffset, nextOffset));
            Volatile.Write(ref _version, _version + 1);
        }
    }

    private EncodedEvent At(long index) => _events[(int)((_first + index) & (_events.Length - 1))]!;

    private void Drop(int count)
    {
        for (var i = 0; i < count; i++)
        {
            ref var slot = ref _events[_first];
            _bytes -= slot!.Length;
            slot = null;
            _first = (_first + 1) & (_events.Length - 1);
        }

        _count -= count;
    }

    private void Grow()
    {
        var larger = new EncodedEvent?[_events.Length == 0 ? FirstCapacity : _events.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = At(i);
        }

        _events = larger;
        _first = 0;
    }
}
