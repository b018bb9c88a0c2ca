namespace Culvert.Server.Rooms;

/// <summary>
/// The rows of users that a loaded room has met. A user who is not here has to be read from the store.
/// </summary>
/// <remarks>Not thread-safe: the room's lock guards it.</remarks>
internal sealed class Memberships
{
    private const int MaxKnown = 10_000;

    private readonly Dictionary<long, Membership> _known = [];

    /// <summary>Changes with every committed membership change: a row read before it may be out of date.</summary>
    public int Version { get; private set; }

    public Membership? Find(long userId) => _known.GetValueOrDefault(userId);

    /// <summary>
    /// Remembers a row that was read while <see cref="Version"/> was <paramref name="version"/>; false when it may be
    /// out of date. Users who are present are never forgotten: whoever may stay is decided by what is known.
    /// </summary>
    public bool Learn(long userId, Membership membership, int version, Presence presence)
    {
        if (version != Version)
        {
            return false;
        }

        if (_known.Count >= MaxKnown)
        {
            foreach (var known in _known.Keys)
            {
                if (!presence.Contains(known))
                {
                    _known.Remove(known);
                }
            }
        }

        _known.TryAdd(userId, membership);
        return true;
    }

    /// <summary>A cursor that was stored; two that moved at once may be told in any order.</summary>
    public void NoteRead(long userId, long seq, bool back)
    {
        if (_known.TryGetValue(userId, out var known))
        {
            _known[userId] = known with { ReadSeq = back ? seq : Math.Max(known.ReadSeq, seq) };
        }
    }

    /// <summary>Applies a committed change.</summary>
    public void Change(RoomChange.OfMember change)
    {
        Version++;
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

    /// <summary>Any row may have changed without a word.</summary>
    public void Forget()
    {
        Version++;
        _known.Clear();
    }
}
