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
    private const int MaxMemberships = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Membership> _memberships = [];
    private readonly Presence _presence = new();
    private readonly RoomLane?[] _lanes;
    private readonly RoomOptions _options;
    private readonly Action<Room> _presenceChanged;
    private RoomRecord _record;
    private int _subscriptions;
    private int _pending;
    private bool _unloaded;

    /// <param name="record">The room as stored.</param>
    /// <param name="loops">Number of writer loops.</param>
    /// <param name="options">Limits.</param>
    /// <param name="presenceChanged">Called when presence has something to announce and is not queued yet.</param>
    public Room(RoomRecord record, int loops, RoomOptions options, Action<Room> presenceChanged)
    {
        _presenceChanged = presenceChanged;
        _record = record;
        _options = options;
        _lanes = new RoomLane?[loops];
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

    /// <summary>True while the directory has the room on its list of presence to announce.</summary>
    public bool IsPresenceQueued { get; set; }

    public bool HasPresenceChanges
    {
        get
        {
            lock (_lock)
            {
                return _presence.HasChanges;
            }
        }
    }

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
            return _memberships.TryGetValue(caller.UserId, out var membership)
                ? RoomAccess.Of(caller, _record, membership, now)
                : null;
        }
    }

    /// <summary>The membership as known; null when it has to be read first.</summary>
    public Membership? MembershipOf(long userId)
    {
        lock (_lock)
        {
            return _memberships.GetValueOrDefault(userId);
        }
    }

    /// <summary>Remembers a membership read from the store, unless a newer one is known already.</summary>
    public void Learn(long userId, Membership membership, int version)
    {
        lock (_lock)
        {
            if (version != MembershipVersion)
            {
                return;
            }

            if (_memberships.Count >= MaxMemberships)
            {
                _memberships.Clear();
            }

            _memberships.TryAdd(userId, membership);
        }
    }

    /// <summary>Notes a read cursor that was stored.</summary>
    public void NoteRead(long userId, long seq)
    {
        lock (_lock)
        {
            if (_memberships.TryGetValue(userId, out var known))
            {
                _memberships[userId] = known with { ReadSeq = Math.Max(known.ReadSeq, seq) };
            }
        }
    }

    /// <summary>Changes with every committed membership change: a row read before it may be out of date.</summary>
    public int MembershipVersion { get; private set; }

    /// <summary>Takes a change on its way to the log; the room stays loaded until it was applied. False: unloaded.</summary>
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
                return null;
            }

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
                ? new Eviction(append.SubjectId, StreamCloseCode.Kicked)
                : eviction;
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
    public void MarkDirty()
    {
        foreach (var lane in _lanes)
        {
            lane?.MarkDirty();
        }
    }

    /// <summary>Sends something that is not part of the log to the readers that keep up.</summary>
    public void Announce(EphemeralEvent ephemeral) => Tell(LoopItemKind.Ephemeral, ephemeral);

    /// <summary>Ends the subscriptions of those who have to leave.</summary>
    public void Evict(Eviction eviction) => Tell(LoopItemKind.Evict, eviction);

    /// <summary>The subscriptions of this room on one loop.</summary>
    public RoomLane LaneOf(WriterLoop loop)
    {
        if (Volatile.Read(ref _lanes[loop.Number]) is { } lane)
        {
            return lane;
        }

        Interlocked.CompareExchange(ref _lanes[loop.Number], new RoomLane(this, loop), null);
        return _lanes[loop.Number]!;
    }

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

            refusal = Place(subscription);
            if (refusal is null)
            {
                // The lane exists before the reader counts: what commits from here on marks it.
                LaneOf(subscription.Subscriber.Loop);
                _subscriptions++;
                _presence.Enter(subscription.Subscriber.Caller.UserId, subscription.Subscriber.Caller.Name);
                QueuePresence();
            }

            return true;
        }
    }

    /// <summary>The reverse of <see cref="TryEnter"/>; called once per subscription.</summary>
    public void Exit(Subscription subscription)
    {
        lock (_lock)
        {
            _subscriptions--;
            _presence.Exit(subscription.Subscriber.Caller.UserId);
            QueuePresence();
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
            if (!_presence.TryAnnounce(now, interval, out var join, out var leave))
            {
                return null;
            }

            var line = new System.Buffers.ArrayBufferWriter<byte>(128);
            EventWriter.WriteHere(line, Name, _presence.Version, join, leave);
            return new EphemeralEvent("here"u8.ToArray(), line.WrittenSpan.ToArray());
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

    private Refusal? Place(Subscription subscription)
    {
        var next = Ring.NextOffset;
        subscription.ReadyAt = next;
        var since = subscription.Since;
        switch (since.Kind)
        {
            case SinceKind.Now:
                subscription.Next = next;
                return null;
            case SinceKind.Start:
                subscription.Next = FloorOffset;
                return null;
            case SinceKind.Last:
                subscription.Next = Math.Max(FloorOffset, next - since.Count);
                return null;
            default:
                return PlaceAt(subscription, since.Cursor, next);
        }
    }

    private Refusal? PlaceAt(Subscription subscription, in RoomCursor cursor, long next)
    {
        var why = cursor.Epoch != Epoch ? "epoch"
            : cursor.Offset >= next ? "ahead"
            : cursor.Offset + 1 < FloorOffset ? FloorWhy
            : null;
        if (why is null)
        {
            subscription.Next = cursor.Offset + 1;
            return null;
        }

        if (subscription.GapPolicy == GapPolicy.Reject)
        {
            return new Refusal(
                ErrorCode.GapRejected,
                $"The events after this cursor are not all there ({why}). Subscribe from \"start\" or with another gap policy.");
        }

        subscription.Gap = new Gap(cursor.Offset, FloorOffset, why);
        subscription.Next = subscription.GapPolicy == GapPolicy.Snapshot
            ? Math.Max(FloorOffset, next - SnapshotEvents)
            : FloorOffset;
        return null;
    }

    /// <summary>Events of a snapshot after a gap: a screen full of chat.</summary>
    private const int SnapshotEvents = 50;

    private Eviction? Apply(Append append, RoomChange change)
    {
        switch (change)
        {
            case RoomChange.OfMember member:
                MembershipVersion++;
                return ApplyMember(append, member);
            case RoomChange.OfSettings settings:
                var record = _record;
                var kind = settings.Kind ?? record.Kind;
                Volatile.Write(ref _record, record with
                {
                    Kind = kind,
                    Topic = settings.Topic ?? record.Topic,
                    RetainMilliseconds = settings.RetainMilliseconds ?? record.RetainMilliseconds,
                    RetainEvents = settings.RetainEvents ?? record.RetainEvents,
                });
                return kind == RoomKind.Private && record.Kind != RoomKind.Private
                    ? new Eviction(0, StreamCloseCode.AccessLost) { MayStay = IsKnownMember }
                    : null;
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

    private Eviction? ApplyMember(Append append, RoomChange.OfMember change)
    {
        if (_memberships.TryGetValue(change.UserId, out var known))
        {
            _memberships[change.UserId] = known with
            {
                Joined = change.Joined ?? known.Joined,
                Role = change.Role ?? known.Role,
                MutedUntil = change.MutedUntil ?? known.MutedUntil,
                BannedUntil = change.BannedUntil ?? known.BannedUntil,
            };
        }

        return append.Kind switch
        {
            EventKind.Ban => new Eviction(change.UserId, StreamCloseCode.Banned),
            EventKind.Kick => new Eviction(change.UserId, StreamCloseCode.Kicked),
            EventKind.Leave when _record.Kind == RoomKind.Private =>
                new Eviction(change.UserId, StreamCloseCode.AccessLost),
            _ => null,
        };
    }

    private void QueuePresence()
    {
        if (_presence.HasChanges && !IsPresenceQueued)
        {
            IsPresenceQueued = true;
            _presenceChanged(this);
        }
    }

    private bool IsKnownMember(long userId) => MembershipOf(userId) is { Joined: true };

    private void Tell(LoopItemKind kind, object what)
    {
        foreach (var lane in _lanes)
        {
            lane?.Tell(kind, what);
        }
    }
}
