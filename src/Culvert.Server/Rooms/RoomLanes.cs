namespace Culvert.Server.Rooms;

/// <summary>The lanes of one room: one for each writer loop that has had a reader of it.</summary>
/// <remarks>Thread-safe. A lane stays once it is there.</remarks>
internal sealed class RoomLanes(Room room, int loops)
{
    private readonly RoomLane?[] _lanes = new RoomLane?[loops];

    /// <summary>Asks every loop that has readers for a visit.</summary>
    public void MarkDirty()
    {
        for (var i = 0; i < _lanes.Length; i++)
        {
            Volatile.Read(ref _lanes[i])?.MarkDirty();
        }
    }

    /// <summary>Passes something to every loop that has readers.</summary>
    public void Tell(LoopItemKind kind, object what)
    {
        for (var i = 0; i < _lanes.Length; i++)
        {
            Volatile.Read(ref _lanes[i])?.Tell(kind, what);
        }
    }

    public RoomLane Of(WriterLoop loop)
    {
        if (Volatile.Read(ref _lanes[loop.Number]) is { } lane)
        {
            return lane;
        }

        var made = new RoomLane(room, loop);
        return Interlocked.CompareExchange(ref _lanes[loop.Number], made, null) ?? made;
    }
}
