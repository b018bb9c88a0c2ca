using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// One loaded room: decides what may be appended and applies what was committed. A synchronous state machine: no
/// awaits, no clock, no randomness, so a run can be repeated from its inputs.
/// </summary>
/// <remarks>Thread-safe by one short lock; steps 3 and 5 of the main path (ARCHITECTURE.md).</remarks>
internal sealed class Room
{
    private readonly Lock _lock = new();
    private readonly RoomLanes _lanes;
    private readonly LogTail _tail;
    private readonly Action<Room, RoomChange.OfMember> _memberChanged;
    private RoomRecord _record;
    private int _subscriptions;
    private int _pending;
    private int _reasons;
    private int _refreshed;
    private bool _isUncertain;
    private bool _isInDoubt;
    private bool _unloaded;

    /// <param name="record">The room as stored.</param>
    /// <param name="loops">Number of writer loops.</param>
    /// <param name="options">Limits.</param>
    /// <param name="presenceChanged">Called when presence has something to announce and is not queued yet.</param>
    /// <param name="memberChanged">
    /// Called for each change of a membership that this node committed, within the room's lock.
    /// </param>
    /// <param name="changedHere">As <see cref="RoomPresence.ChangedHere"/>.</param>
    public Room(
        RoomRecord record,
        int loops,
        RoomOptions options,
        Action<Room> presenceChanged,
        Action<Room, RoomChange.OfMember> memberChanged,
        Action<PresenceChange>? changedHere = null)
    {
        _memberChanged = memberChanged;
        _record = record;
        Presence = new RoomPresence(this, options, presenceChanged) { ChangedHere = changedHere };
        Memberships = new Memberships(Presence);
        _tail = new LogTail(this, record, options);
        _lanes = new RoomLanes(this, loops);
        Utf8Name = Encoding.UTF8.GetBytes(record.Name);
    }

    public long Id => _record.Id;

    public string Name => _record.Name;

    public string Epoch => _record.Epoch;

    public ReadOnlyMemory<byte> Utf8Name { get; }

    public Ring Ring => _tail.Ring;

    public RoomPresence Presence { get; }

    public Memberships Memberships { get; }

    /// <summary>Settings as last committed; the ends of the log are the properties below.</summary>
    public RoomRecord Record => Volatile.Read(ref _record);

    public long LastOffset => _tail.LastOffset;

    public long LastSeq => _tail.LastSeq;

    public long FloorOffset => _tail.FloorOffset;

    public long FloorSeq => _tail.FloorSeq;

    public string FloorWhy => _tail.FloorWhy;

    /// <summary>Loop milliseconds when it was last used; the directory unloads rooms nobody uses.</summary>
    public long LastUsed { get; set; }

    public int SubscriptionCount => Volatile.Read(ref _subscriptions);

    /// <summary>
    /// UTC Unix milliseconds of the last look at the whole log: what others committed before is applied. Of no meaning
    /// on a node that is alone.
    /// </summary>
    public long SeenAt { get; set; }

    /// <summary>
    /// Not 0 while the settings, or who may stay, have to be read again; another number after each reason to.
    /// </summary>
    public int Staleness => Volatile.Read(ref _reasons) is var reasons && reasons == Volatile.Read(ref _refreshed)
        ? 0
        : reasons;

    /// <summary>What the caller may do now, when the membership is known; null when it has to be read first.</summary>
    public Capability? Allows(Caller? caller, long now)
    {
        if (caller is null)
        {
            return Capability.None;
        }

        return Staleness == 0 && Memberships.Find(caller.UserId) is { } membership
            ? RoomAccess.Of(caller, Record, membership, now)
            : null;
    }

    /// <summary>
    /// Takes a change on its way to the log; the room stays loaded until it was applied. False: unloaded.
    /// </summary>
    public bool TryBegin(Append append)
    {
        lock (_lock)
        {
            if (_unloaded)
            {
                return false;
            }

            append.Room = this;
            _pending++;
            return true;
        }
    }

    /// <summary>A change that will not be committed.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _pending--;
        }
    }

    /// <summary>
    /// Applies a change that this node committed: encodes it, puts it into the ring, updates what is remembered. The
    /// caller then marks the lanes. Called in log order, by the commit loop only. Returns who has to leave, if anybody.
    /// </summary>
    /// <remarks>
    /// An event that the <see cref="RoomFollower"/> applied before is not applied twice; one before which others are
    /// missing is left to it.
    /// </remarks>
    public Eviction? Apply(Append append)
    {
        lock (_lock)
        {
            _pending--;
            if (append.Outcome != AppendOutcome.Committed)
            {
                _isUncertain |= append.Outcome is AppendOutcome.StorageFailed or AppendOutcome.StorageFull;
                return null;
            }

            var isNext = append.Offset == LastOffset + 1;
            var isMissing = append.Offset > LastOffset + 1;
            if (append.Change is RoomChange.OfMember member)
            {
                if (isNext)
                {
                    Memberships.Change(member);
                }

                _memberChanged(this, member);
            }

            if (isMissing && append.Change is not null)
            {
                Doubt();
            }

            return isNext ? ApplyNext(append) : null;
        }
    }

    /// <summary>
    /// Applies the next event of the log as another node told it or as the store has it; one that is known is no
    /// matter. False when others before it are missing. The caller then marks the lanes, and reads the room again while
    /// <see cref="Staleness"/> asks for it.
    /// </summary>
    public bool TryFollow(LogEvent logged, out Eviction? eviction)
    {
        lock (_lock)
        {
            eviction = null;
            if (logged.Offset != LastOffset + 1)
            {
                return logged.Offset <= LastOffset;
            }

            eviction = Heed(logged);
            _tail.Append(logged);
            return true;
        }
    }

    /// <summary>
    /// The log goes on at this offset: what was before it and is not known here is gone. Readers learn it from the
    /// store. The caller marks the lanes.
    /// </summary>
    public void Skip(long nextOffset, in LogEnds ends)
    {
        lock (_lock)
        {
            if (nextOffset > LastOffset + 1)
            {
                _tail.Skip(nextOffset, ends.FloorSeq);
                Doubt();
            }
        }
    }

    /// <summary>The log is known to its end after a commit whose result was not.</summary>
    public void BeCertain()
    {
        lock (_lock)
        {
            _isUncertain = false;
        }
    }

    /// <summary>The settings have to be read again; until then nobody passes the gate by what is known.</summary>
    public void MarkStale()
    {
        lock (_lock)
        {
            _reasons++;
        }
    }

    /// <summary>
    /// Takes the settings as read while <see cref="Staleness"/> was <paramref name="staleness"/>; false when they may
    /// be out of date and have to be read once more. Says who has to leave by them.
    /// </summary>
    public bool TryRefresh(RoomRecord record, int staleness, long now, out Eviction? eviction)
    {
        lock (_lock)
        {
            eviction = null;
            if (_reasons != staleness || record.LastOffset > LastOffset)
            {
                return false;
            }

            if (_isInDoubt || record.Kind != _record.Kind || record.DeletedAt != _record.DeletedAt)
            {
                eviction = Eviction.ByGate(this, LastOffset, now);
            }

            _isInDoubt = false;
            Volatile.Write(ref _record, record);
            Volatile.Write(ref _refreshed, staleness);
            _tail.RaiseFloor(record.FloorOffset, record.FloorSeq, record.FloorWhy);
            return true;
        }
    }

    /// <summary>The floor moved: retention, or rows of a clear.</summary>
    public void Trimmed(in LogEnds ends)
    {
        lock (_lock)
        {
            _tail.RaiseFloor(ends.FloorOffset, ends.FloorSeq, ends.FloorWhy);
        }
    }

    /// <summary>Asks every loop that has readers of this room for a visit.</summary>
    public void MarkDirty() => _lanes.MarkDirty();

    /// <summary>Sends something that is not part of the log to the readers that keep up.</summary>
    public void Announce(EphemeralEvent ephemeral) => _lanes.Tell(LoopItemKind.Ephemeral, ephemeral);

    /// <summary>Ends the subscriptions of those who have to leave.</summary>
    public void Evict(Eviction eviction) => _lanes.Tell(LoopItemKind.Evict, eviction);

    /// <summary>The subscriptions of this room on one loop.</summary>
    public RoomLane LaneOf(WriterLoop loop) => _lanes.Of(loop);

    /// <summary>
    /// Places a subscription in the log and counts its reader as present. False when the room was unloaded meanwhile;
    /// a refusal when the reader wants none of what is left.
    /// </summary>
    public bool TryEnter(Subscription subscription, out Refusal? refusal)
    {
        lock (_lock)
        {
            refusal = null;
            if (_unloaded)
            {
                return false;
            }

            refusal = Placement.Place(this, subscription, _isUncertain || _pending > 0);
            if (refusal is null)
            {
                // The lane exists before the reader counts: what commits from here on marks it.
                LaneOf(subscription.Subscriber.Loop);
                var reader = subscription.Subscriber.Caller;
                subscription.EnteredAs = reader;
                _subscriptions++;
                Presence.Enter(reader);
            }

            return true;
        }
    }

    /// <summary>The reverse of <see cref="TryEnter"/>; a second call changes nothing.</summary>
    public void Exit(Subscription subscription)
    {
        lock (_lock)
        {
            // Whoever entered leaves, even if the connection has become somebody else's meanwhile.
            if (subscription.EnteredAs is { } reader)
            {
                subscription.EnteredAs = null;
                _subscriptions--;
                Presence.Exit(reader);
            }
        }
    }

    /// <summary>Leaves memory if nobody uses it; afterwards every <c>Try…</c> answers false.</summary>
    public bool TryUnload()
    {
        lock (_lock)
        {
            return _unloaded = _subscriptions == 0 && _pending == 0 && !Presence.HasChanges;
        }
    }

    private Eviction? ApplyNext(Append append)
    {
        var eviction = append.Change switch
        {
            RoomChange.OfMember member => Eviction.After(append, member, _record.Kind),
            RoomChange.OfSettings settings => Apply(append, settings),
            null when append.Kind == EventKind.Kick =>
                new Eviction(append.SubjectId, StreamCloseCode.Kicked) { Offset = append.Offset },
            _ => null,
        };
        _tail.Append(append);
        return eviction;
    }

    private Eviction? Apply(Append append, RoomChange.OfSettings settings)
    {
        var before = _record;
        Volatile.Write(ref _record, before.With(settings));
        if (Staleness > 0)
        {
            // What is being read may be older than this.
            _reasons++;
        }

        var eviction = Eviction.After(append, before, _record, id => Memberships.Find(id) is { Joined: true });
        if (eviction is { MayStay: not null } && Memberships.MissingHere().Count > 0)
        {
            // Nobody is sent away because a row has to be read again.
            _reasons++;
            _isInDoubt = true;
            return null;
        }

        return eviction;
    }

    /// <summary>What an event of another node changes besides the log. Returns who has to leave, if anybody.</summary>
    private Eviction? Heed(LogEvent logged)
    {
        switch (logged.Kind)
        {
            case EventKind.Message or EventKind.Edit or EventKind.Erase or EventKind.React or EventKind.Clear:
                return null;
            case EventKind.Topic or EventKind.Settings:
                _reasons++;
                return null;
            default:
                if (logged.FindUser() is { } name)
                {
                    return Memberships.Forget(name) is { } userId
                        ? Eviction.After(logged, userId, _record.Kind)
                        : null;
                }

                Doubt();
                return null;
        }
    }

    /// <summary>Nothing that is remembered besides the log can be relied on.</summary>
    private void Doubt()
    {
        Memberships.Forget();
        _reasons++;
        _isInDoubt = true;
    }
}
