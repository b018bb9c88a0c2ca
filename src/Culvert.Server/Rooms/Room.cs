using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// One loaded room: decides what may be appended and applies what was committed. A synchronous state machine: no
/// awaits, no clock, no randomness, so a run can be repeated from its inputs.
/// </summary>
/// <remarks>Thread-safe by one short lock; step 3 and step 5 of the main path (ARCHITECTURE.md).</remarks>
internal sealed class Room
{
    private readonly Lock _lock = new();
    private readonly Memberships _memberships = new();
    private readonly Presence _presence = new();
    private readonly RoomLanes _lanes;
    private readonly RoomOptions _options;
    private readonly Action<Room> _presenceChanged;
    private readonly Action<Room, RoomChange.OfMember> _memberChanged;
    private RoomRecord _record;
    private int _subscriptions;
    private int _pending;
    private bool _isPresenceQueued;
    private bool _isUncertain;
    private bool _hasMissed;
    private bool _unloaded;

    /// <param name="record">The room as stored.</param>
    /// <param name="loops">Number of writer loops.</param>
    /// <param name="options">Limits.</param>
    /// <param name="presenceChanged">Called when presence has something to announce and is not queued yet.</param>
    /// <param name="memberChanged">Called for each committed change of a membership, within the room's lock.</param>
    public Room(
        RoomRecord record,
        int loops,
        RoomOptions options,
        Action<Room> presenceChanged,
        Action<Room, RoomChange.OfMember> memberChanged)
    {
        _presenceChanged = presenceChanged;
        _memberChanged = memberChanged;
        _record = record;
        _options = options;
        _lanes = new RoomLanes(this, loops);
        Utf8Name = Encoding.UTF8.GetBytes(record.Name);
        Ring = new Ring(record.LastOffset + 1, options.RingEvents, options.RingBytes);
        LastOffset = record.LastOffset;
        LastSeq = record.LastSeq;
        LastAt = record.LastAt;
        FloorOffset = record.FloorOffset;
        FloorSeq = record.FloorSeq;
        FloorWhy = record.FloorWhy;
    }

    public long Id => _record.Id;

    public string Name => _record.Name;

    public string Epoch => _record.Epoch;

    public ReadOnlyMemory<byte> Utf8Name { get; }

    public Ring Ring { get; }

    /// <summary>Settings as last committed; the ends of the log are the properties below.</summary>
    public RoomRecord Record => Volatile.Read(ref _record);

    public long LastOffset { get; private set; }

    public long LastSeq { get; private set; }

    public long LastAt { get; private set; }

    public long FloorOffset { get; private set; }

    public long FloorSeq { get; private set; }

    public string FloorWhy { get; private set; }

    /// <summary>Loop milliseconds when it was last used; the directory unloads rooms nobody uses.</summary>
    public long LastUsed { get; set; }

    public int SubscriptionCount => Volatile.Read(ref _subscriptions);

    public long PresenceVersion
    {
        get
        {
            lock (_lock)
            {
                return _presence.Version;
            }
        }
    }

    /// <summary>What the caller may do now, when the membership is known; null when it has to be read first.</summary>
    public Capability? Allows(Caller? caller, long now)
    {
        if (caller is null)
        {
            return Capability.None;
        }

        lock (_lock)
        {
            return _memberships.Find(caller.UserId) is { } membership
                ? RoomAccess.Of(caller, _record, membership, now)
                : null;
        }
    }

    /// <summary>The membership as known; null when it has to be read first.</summary>
    public Membership? MembershipOf(long userId)
    {
        lock (_lock)
        {
            return _memberships.Find(userId);
        }
    }

    /// <summary>
    /// Remembers a membership read from the store, unless a newer one is known already. False when it may be out of
    /// date and has to be read again.
    /// </summary>
    public bool Learn(long userId, Membership membership, int version)
    {
        lock (_lock)
        {
            return _memberships.Learn(userId, membership, version, _presence);
        }
    }

    /// <summary>Notes a read cursor that was stored.</summary>
    public void NoteRead(long userId, long seq, bool back)
    {
        lock (_lock)
        {
            _memberships.NoteRead(userId, seq, back);
        }
    }

    /// <summary>Changes with every committed membership change: a row read before it may be out of date.</summary>
    public int MembershipVersion
    {
        get
        {
            lock (_lock)
            {
                return _memberships.Version;
            }
        }
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
    /// Applies a committed change: encodes it, puts it into the ring, updates what is remembered. The caller then
    /// marks the lanes. Called in log order, by the commit loop only. Returns who has to leave, if anybody.
    /// </summary>
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

            _hasMissed |= append.Offset != LastOffset + 1;
            LastOffset = append.Offset;
            LastAt = append.At;
            if (append.Kind == EventKind.Message)
            {
                LastSeq = append.Seq;
            }
            else if (append.Kind is EventKind.Edit or EventKind.Erase)
            {
                Ring.ReplaceText(append.Seq, append.Data.Span, append.Rev);
            }

            var eviction = append.Change is { } change ? Apply(append, change) : null;
            Ring.Append(EncodedEvent.Of(this, append));
            return append.Kind == EventKind.Kick && append.Change is null
                ? new Eviction(append.SubjectId, StreamCloseCode.Kicked) { Offset = append.Offset }
                : eviction;
        }
    }

    /// <summary>
    /// After a commit whose result is not known: takes the room as the store has it now. False when nothing of it was
    /// committed. Otherwise what was remembered of members and texts may be out of date, so it is forgotten; readers go
    /// on from the store. The caller marks the lanes.
    /// </summary>
    public bool Resync(RoomRecord record)
    {
        lock (_lock)
        {
            _isUncertain = false;
            if (!_hasMissed && record.LastOffset == LastOffset)
            {
                return false;
            }

            _hasMissed = false;
            _memberships.Forget();
            Volatile.Write(ref _record, record);
            LastOffset = record.LastOffset;
            LastSeq = record.LastSeq;
            LastAt = record.LastAt;
            FloorOffset = record.FloorOffset;
            FloorSeq = record.FloorSeq;
            FloorWhy = record.FloorWhy;
            Ring.Restart(record.LastOffset + 1);
            return true;
        }
    }

    /// <summary>The floor moved: retention, or rows of a clear.</summary>
    public void Trimmed(in LogEnds ends)
    {
        lock (_lock)
        {
            FloorOffset = Math.Max(FloorOffset, ends.FloorOffset);
            FloorSeq = Math.Max(FloorSeq, ends.FloorSeq);
            FloorWhy = ends.FloorWhy;
            Ring.DropBelow(FloorOffset);
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
                _presence.Enter(reader.UserId, reader.Name);
                QueuePresence();
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
                _presence.Exit(reader.UserId);
                QueuePresence();
            }
        }
    }

    /// <summary>The names present and the version they are of.</summary>
    public (long Version, IReadOnlyList<string> Names) Members()
    {
        lock (_lock)
        {
            return (_presence.Version, _presence.Snapshot());
        }
    }

    /// <summary>The next presence batch as an ephemeral event, when it is time for one.</summary>
    public EphemeralEvent? NextPresence(long now)
    {
        lock (_lock)
        {
            var interval = (long)_options.PresenceInterval.TotalMilliseconds;
            return _presence.TryAnnounce(now, interval, out var join, out var leave)
                ? LastHere = EphemeralEvent.Here(Name, _presence.Version, join, leave)
                : null;
        }
    }

    /// <summary>
    /// The last presence batch, for readers that missed one: it fits what they know, or they see its version jump.
    /// </summary>
    public EphemeralEvent? LastHere { get; private set; }

    /// <summary>
    /// True while more presence is to be announced; once false, the next change queues the room again.
    /// </summary>
    public bool StaysQueued()
    {
        lock (_lock)
        {
            return _isPresenceQueued = _presence.HasChanges;
        }
    }

    /// <summary>Leaves memory if nobody uses it; afterwards every <c>Try…</c> answers false.</summary>
    public bool TryUnload()
    {
        lock (_lock)
        {
            return _unloaded = _subscriptions == 0 && _pending == 0 && !_presence.HasChanges;
        }
    }

    private Eviction? Apply(Append append, RoomChange change)
    {
        switch (change)
        {
            case RoomChange.OfMember member:
                _memberships.Change(member);
                _memberChanged(this, member);
                return Eviction.After(append, member, _record.Kind);
            case RoomChange.OfSettings settings:
                var before = _record;
                Volatile.Write(ref _record, before.With(settings));
                return Eviction.After(append, before, _record, IsKnownMember);
            case RoomChange.OfClear:
                FloorOffset = append.Offset;
                FloorSeq = LastSeq + 1;
                FloorWhy = "cleared";
                Ring.DropBelow(append.Offset);
                return null;
            default:
                return null;
        }
    }

    private void QueuePresence()
    {
        if (_presence.HasChanges && !_isPresenceQueued)
        {
            _isPresenceQueued = true;
            _presenceChanged(this);
        }
    }

    private bool IsKnownMember(long userId) => MembershipOf(userId) is { Joined: true };
}
