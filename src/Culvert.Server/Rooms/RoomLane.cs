using System.Buffers;

namespace Culvert.Server.Rooms;

/// <summary>The subscriptions of one room on one writer loop, and the bytes they are about to be sent.</summary>
/// <remarks>Belongs to its loop's thread, except <see cref="MarkDirty"/> and <see cref="Tell"/>.</remarks>
internal sealed class RoomLane(Room room, WriterLoop loop)
{
    /// <summary>A run that grew beyond this, by an unusually large event, is not kept for the next one.</summary>
    private const int MaxKeptBytes = 64 * 1024;

    private readonly List<EncodedEvent> _events = [];
    private Batch?[]? _batches;
    private int _dirty;

    public Room Room { get; } = room;

    /// <summary>In no order; to be changed by <see cref="Add"/> and <see cref="Remove"/> only.</summary>
    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>Asks the loop for a visit; any number of calls before it comes are one visit.</summary>
    public void MarkDirty()
    {
        if (Interlocked.Exchange(ref _dirty, 1) == 0)
        {
            loop.Post(LoopItem.Dirty(this));
        }
    }

    /// <summary>Passes something to the loop for all subscriptions of this room.</summary>
    public void Tell(LoopItemKind kind, object what) => loop.Post(new LoopItem(kind, this, what));

    /// <summary>
    /// Clears the mark; called before reading the ring, so that a later append marks again. A full fence: were the ring
    /// read before the mark is seen to be clear, an append in between would mark nothing and be seen by nobody.
    /// </summary>
    public void TakeDirty() => Interlocked.Exchange(ref _dirty, 0);

    /// <summary>
    /// The events from <paramref name="offset"/> on as one run of bytes. All live readers of a room stand at the same
    /// offset, so the run is put together once and sent to each. False when the offset has left the ring.
    /// </summary>
    public bool TryTake(long offset, Face face, int maxBytes, out Batch batch)
    {
        _batches ??= new Batch?[(int)Face.Line];
        batch = _batches[(int)face] ??= new Batch();
        var version = Room.Ring.Version;
        if (batch.From == offset && batch.Version == version)
        {
            return true;
        }

        _events.Clear();
        if (!Room.Ring.TryRead(offset, maxBytes, _events))
        {
            return false;
        }

        batch.Put(_events, offset, version, face);
        _events.Clear();
        return true;
    }

    public void Add(Subscription subscription)
    {
        subscription.LaneIndex = Subscriptions.Count;
        Subscriptions.Add(subscription);
    }

    /// <summary>Takes a subscription out; the order of the others does not matter.</summary>
    public void Remove(Subscription subscription)
    {
        var last = Subscriptions[^1];
        Subscriptions[subscription.LaneIndex] = last;
        last.LaneIndex = subscription.LaneIndex;
        Subscriptions.RemoveAt(Subscriptions.Count - 1);
        if (Subscriptions.Count == 0)
        {
            _batches = null;
        }
    }

    /// <summary>Encoded events [From, Next) of one face. One object is filled again and again.</summary>
    internal sealed class Batch
    {
        private ArrayBufferWriter<byte> _bytes = new(512);

        public long From { get; private set; } = -1;

        public long Next { get; private set; }

        public int Version { get; private set; }

        public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

        public void Put(List<EncodedEvent> events, long from, int version, Face face)
        {
            if (_bytes.Capacity > MaxKeptBytes)
            {
                _bytes = new ArrayBufferWriter<byte>(512);
            }

            _bytes.ResetWrittenCount();
            foreach (var encoded in events)
            {
                _bytes.Write(encoded.As(face));
            }

            (From, Next, Version) = (from, from + events.Count, version);
        }
    }
}
