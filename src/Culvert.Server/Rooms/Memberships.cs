namespace Culvert.Server.Rooms;

/// <summary>
/// The rows of users that a loaded room has met. A user who is not here has to be read from the store.
/// </summary>
/// <remarks>Thread-safe by one short lock, which may be taken within the room's.</remarks>
internal sealed class Memberships(RoomPresence presence)
{
    private const int MaxKnown = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Membership> _known = [];
    private int _version;

    /// <summary>Changes with every committed membership change: a row read before it may be out of date.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>The row as known; null when it has to be read first.</summary>
    public Membership? Find(long userId)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(userId);
        }
    }

    /// <summary>
    /// Remembers a row that was read while <see cref="Version"/> was <paramref name="version"/>, unless a newer one is
    /// known already; false when it may be out of date and has to be read again. At the bound those of users who are
    /// present are kept: whoever may stay is decided by what is known.
    /// </summary>
    public bool Learn(long userId, Membership membership, int version)
    {
        lock (_lock)
        {
            if (version != _version)
            {
                return false;
            }

            if (_known.Count >= MaxKnown)
            {
                ForgetAbsent();
            }

            _known.TryAdd(userId, membership);
            return true;
        }
    }

    /// <summary>A cursor that was stored; two that moved at once may be told in any order.</summary>
    public void NoteRead(long userId, long seq, bool back)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(userId, out var known))
            {
                _known[userId] = known with { ReadSeq = back ? seq : Math.Max(known.ReadSeq, seq) };
            }
        }
    }

    /// <summary>Applies a committed change.</summary>
    public void Change(RoomChange.OfMember change)
    {
        lock (_lock)
        {
            _version++;
            if (_known.TryGetValue(change.UserId, out var known))
            {
                _known[change.UserId] = known with
                {
                    Joined = change.Joined ?? known.Joined,
                    Role = change.Role ?? known.Role,
                    MutedUntil = change.MutedUntil ?? known.MutedUntil,
                    BannedUntil = change.BannedUntil ?? known.BannedUntil,
                };
            }
        }
    }

    /// <summary>
    /// Any row may have changed without a word. Returns who is connected to this node, and how far each had read; 0
    /// where the row was not known.
    /// </summary>
    public IReadOnlyList<(long UserId, string Name, long ReadSeq)> Forget()
    {
        var here = presence.Here();
        lock (_lock)
        {
            _version++;
            List<(long UserId, string Name, long ReadSeq)> known =
                [.. here.Select(user => (user.Id, user.Name, _known.GetValueOrDefault(user.Id)?.ReadSeq ?? 0))];
            _known.Clear();
            return known;
        }
    }

    /// <summary>The row of this user may have changed.</summary>
    public void Forget(long userId)
    {
        lock (_lock)
        {
            _version++;
            _known.Remove(userId);
        }
    }

    /// <summary>
    /// The row of a user may have changed of whom only the name is known: forgets those of all users who are not
    /// connected to this node, and of the one of that name. Returns who that is; null when not connected.
    /// </summary>
    public long? Forget(string name)
    {
        var userId = presence.FindHere(name);
        lock (_lock)
        {
            _version++;
            ForgetAbsent();
            if (userId is { } known)
            {
                _known.Remove(known);
            }
        }

        return userId;
    }

    /// <summary>Users who are connected to this node and whose rows are not known.</summary>
    public IReadOnlyList<long> MissingHere()
    {
        var here = presence.Here();
        lock (_lock)
        {
            return [.. here.Select(static user => user.Id).Where(id => !_known.ContainsKey(id))];
        }
    }

    private void ForgetAbsent()
    {
        foreach (var known in _known.Keys)
        {
            if (!presence.Contains(known))
            {
                _known.Remove(known);
            }
        }
    }
}
