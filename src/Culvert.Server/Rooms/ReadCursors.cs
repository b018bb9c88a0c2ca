namespace Culvert.Server.Rooms;

/// <summary>
/// After the bus may have lost something: finds the read cursors of the users on this node that moved without a word,
/// and tells their connections.
/// </summary>
/// <remarks>Thread-safe. The rows are read one by one: nobody waits for them.</remarks>
internal sealed class ReadCursors(RoomDirectory rooms) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();

    // What was known of each before it was forgotten; as many as are connected.
    private readonly Dictionary<(Room Room, long UserId), (string Name, long ReadSeq)> _unsure = [];
    private Task _telling = Task.CompletedTask;
    private bool _isStopping;

    /// <summary>Forgets all rows of the room; those of users who are connected here are to be looked at.</summary>
    public void Forget(Room room)
    {
        var known = room.Memberships.Forget();
        lock (_lock)
        {
            foreach (var (userId, name, readSeq) in known)
            {
                // Of several losses in a row the first knows what the connections were told.
                _unsure.TryAdd((room, userId), (name, readSeq));
            }
        }
    }

    /// <summary>Looks at what is not sure in the background, unless that is under way or nothing is.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            if (!_isStopping && _telling.IsCompleted && _unsure.Count > 0)
            {
                _telling = TellAsync([.. _unsure]);
            }
        }
    }

    /// <summary>Looks that are under way end early.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
        }

        await _stopping.CancelAsync();
        await _telling;
        _stopping.Dispose();
    }

    /// <summary>Owned by this object. Ends at a failure: the next tick begins again with what is left.</summary>
    private async Task TellAsync(
        IReadOnlyList<KeyValuePair<(Room Room, long UserId), (string Name, long ReadSeq)>> unsure)
    {
        try
        {
            foreach (var (key, known) in unsure)
            {
                await TellAsync(key.Room, key.UserId, known.Name, known.ReadSeq);
                lock (_lock)
                {
                    _unsure.Remove(key);
                }
            }
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            // Whoever looks at the logs says that the store is away.
        }
    }

    private async ValueTask TellAsync(Room room, long userId, string name, long known)
    {
        if (!room.Presence.Contains(userId))
        {
            return;
        }

        var readSeq = (await rooms.MembershipAsync(room, userId, _stopping.Token)).ReadSeq;
        if (readSeq != known)
        {
            room.Announce(EphemeralEvent.OfRead(room, userId, name, readSeq, back: readSeq < known));
        }
    }
}
