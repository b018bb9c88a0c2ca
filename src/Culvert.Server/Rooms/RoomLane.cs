using System.Buffers;

namespace Culvert.Server.Rooms;

/// <summary>The subscriptions of one room on one writer loop, and the bytes they are about to be sent.</summary>
/// <remarks>Belongs to its loop's thread, except <see cref="MarkDirty"/>, which the commit loop calls.</remarks>
internal sealed class RoomLane(Room room, WriterLoop loop)
{
    private readonly List<EncodedEvent> _events = [];
    private readonly List<Subscription> _subscriptions = [];
    private Batch?[]? _batches;
    private int _dirty;

    public Room Room { get; } = room;

    public IReadOnlyList<Subscription> Subscriptions => _subscriptions;

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

    /// <summary>Clears the mark; called before reading the ring, so that a later append marks again.</summary>
    public void TakeDirty() => Volatile.Write(ref _dirty, 0);

    /// <summary>
    /// The events from <paramref name="offset"/> on as one run of bytes. All live readers of a room stand at the same
    /// offset, so the run is put together once and sent to each. False when the offset has left the ring.
    /// </summary>
    public bool TryTake(long offset, Face face, int maxBytes, out Batch batch)
    {
        _batches ??= new Batch?[(int)Face.Line + 1];
        ref var cached = ref _batches[(int)face];
        if (cached is { } hit && hit.From == offset && hit.Version == Room.Ring.Version)
        {
            batch = hit;
            return true;
        }

        var version = Room.Ring.Version;
        _events.Clear();
        if (!Room.Ring.TryRead(offset, maxBytes, _events))
        {
            batch = Batch.Nothing;
            return false;
        }

        batch = cached = Put(cached, offset, version, face);
        _events.Clear();
        return true;
    }

    public void Add(Subscription subscription)
    {
        subscription.LaneIndex = _subscriptions.Count;
        _subscriptions.Add(subscription);
    }

    /// <summary>Takes a subscription out; the order of the others does not matter.</summary>
    public void Remove(Subscription subscription)
    {
        var last = _subscriptions[^1];
        _subscriptions[subscription.LaneIndex] = last;
        last.LaneIndex = subscription.LaneIndex;
        _subscriptions.RemoveAt(_subscriptions.Count - 1);
    }

    private Batch Put(Batch? reuse, long offset, int version, Face face)
    {
        var bytes = reuse?.Bytes ?? new ArrayBufferWriter<byte>(512);
        bytes.ResetWrittenCount();
        foreach (var encoded in _events)
        {
            bytes.Write(encoded.As(face));
        }

        return new Batch(offset, offset + _events.Count, version, bytes);
    }

    /// <summary>Encoded events [From, Next) of one face.</summary>
    internal sealed record Batch(long From, long Next, int Version, ArrayBufferWriter<byte> Bytes)
    {
        public static readonly Batch Nothing = new(0, 0, -1, new ArrayBufferWriter<byte>());
    }
}
