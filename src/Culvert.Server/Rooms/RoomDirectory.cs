using System.Buffers;
using System.Collections.Concurrent;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>The loaded rooms of this node, the gate to them, and the way of changes into their logs.</summary>
/// <remarks>Thread-safe. Steps 2 and 3 of the main path (ARCHITECTURE.md).</remarks>
internal sealed class RoomDirectory : IDisposable
{
    // By the name as its creator wrote it, which most callers send, so that the usual look-up makes no key.
    private readonly ConcurrentDictionary<string, Room> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Room> _byKey = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _loading = new(1);
    private readonly ConcurrentQueue<Room> _presence = new();
    private readonly IRoomStore _store;
    private readonly CommitLoop _commits;
    private readonly WriterLoops _loops;
    private readonly PublishLimits _limits;
    private readonly RepeatLimits _repeats;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly RoomIds _ids = new();

    public RoomDirectory(
        IRoomStore store, CommitLoop commits, WriterLoops loops, RoomOptions options, TimeProvider time)
    {
        _store = store;
        _commits = commits;
        _loops = loops;
        _options = options;
        _time = time;
        _limits = new PublishLimits(options);
        _repeats = new RepeatLimits(options);
    }

    /// <summary>Rooms in memory.</summary>
    public IEnumerable<Room> Loaded => _byKey.Values;

    /// <summary>Which users are away.</summary>
    public AwayUsers Away { get; } = new();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// The one gate. A room that does not exist and one the caller may not know of get the same answer.
    /// </summary>
    public ValueTask<RoomEntry> EnterAsync(
        Caller? caller, string name, Capability needed, CancellationToken cancellationToken)
    {
        if (caller is null)
        {
            return ValueTask.FromResult(RoomEntry.Refused(new Refusal(ErrorCode.Unauthorized)));
        }

        var now = Now;
        if (_byName.TryGetValue(name, out var room) && room.Allows(caller, now) is { } capability)
        {
            room.LastUsed = now;
            return ValueTask.FromResult(Answer(room, caller, capability, needed, now));
        }

        return EnterSlowlyAsync(caller, name, needed, cancellationToken);
    }

    /// <summary>
    /// Sends acts of one caller to the log as one commit. Null when taken: each append's <see cref="Append.Complete"/>
    /// follows. A refusal otherwise, and nothing follows.
    /// </summary>
    public Refusal? Submit(Room room, Caller caller, params ReadOnlySpan<Append> appends)
    {
        var now = Now;
        var wait = _limits.Take(caller, appends.Length, now);
        if (wait > 0)
        {
            return new Refusal(ErrorCode.RateLimited, null, wait);
        }

        wait = _repeats.Take(caller, appends, now);
        if (wait > 0)
        {
            return new Refusal(ErrorCode.RateLimited, "You have just sent the same text.", wait);
        }

        for (var i = 0; i < appends.Length; i++)
        {
            if (!room.TryBegin(appends[i]))
            {
                Abandon(room, i);
                return new Refusal(ErrorCode.Overloaded, null, 100);
            }
        }

        if (_commits.TryEnqueue(appends))
        {
            return null;
        }

        Abandon(room, appends.Length);
        return new Refusal(ErrorCode.Overloaded, null, 250);
    }

    /// <summary>Does one act and waits for the outcome: null when it is in the log.</summary>
    public async ValueTask<(Append? Append, Refusal? Refusal)> DoAsync(
        Room room, Caller caller, Act act, bool ownOnly = false)
    {
        var append = new AwaitedAppend(room, caller, act, ownOnly);
        if (Submit(room, caller, append) is { } refused)
        {
            return (null, refused);
        }

        await append.Done;
        return Outcomes.RefusalOf(append) is { } failed ? (null, failed) : (append, null);
    }

    /// <summary>
    /// Places a subscription in its room's log. Null when done: <see cref="Subscriber.Attach"/> then begins it, and
    /// must follow, because the reader counts as present from here on.
    /// </summary>
    public static Refusal? Enter(Subscription subscription) =>
        subscription.Room.TryEnter(subscription, out var refusal)
            ? refusal
            : new Refusal(ErrorCode.Overloaded, null, 100);

    /// <summary>
    /// Moves the caller's read cursor, which only grows unless <paramref name="back"/>, and tells the caller's other
    /// connections.
    /// </summary>
    public async ValueTask<long> SetReadAsync(
        Room room, Caller caller, long seq, bool back, CancellationToken cancellationToken)
    {
        var stored = await _store.SetReadAsync(room.Id, caller.UserId, seq, back, cancellationToken);
        room.NoteRead(caller.UserId, stored, back);
        var line = new ArrayBufferWriter<byte>(96);
        EventWriter.WriteRead(line, room.Name, caller.Name, stored, back);
        room.Announce(new EphemeralEvent("read"u8.ToArray(), line.WrittenSpan.ToArray()) { OnlyUser = caller.UserId });
        return stored;
    }

    /// <summary>Tells the other readers that the caller is typing.</summary>
    public static void Type(Room room, Caller caller)
    {
        var line = new ArrayBufferWriter<byte>(96);
        EventWriter.WriteTyping(line, room.Name, caller.Name);
        room.Announce(new EphemeralEvent("typing"u8.ToArray(), line.WrittenSpan.ToArray())
        {
            ExceptUser = caller.UserId,
        });
    }

    /// <summary>A user's row in a room, from memory where it is known.</summary>
    public async ValueTask<Membership> MembershipAsync(Room room, long userId, CancellationToken cancellationToken)
    {
        if (room.MembershipOf(userId) is { } known)
        {
            return known;
        }

        while (true)
        {
            var version = room.MembershipVersion;
            var membership = await _store.FindMembershipAsync(room.Id, userId, cancellationToken);
            if (room.Learn(userId, membership, version))
            {
                return room.MembershipOf(userId) ?? membership;
            }

            // Some membership of the room changed meanwhile, perhaps this one.
        }
    }

    /// <summary>Reads one page of messages; see <see cref="IRoomStore.ReadMessagesAsync"/>.</summary>
    public ValueTask<LogEnds> ReadMessagesAsync(
        Room room, MessagePage page, IEventSink sink, CancellationToken cancellationToken) =>
        _store.ReadMessagesAsync(room.Id, page, sink, cancellationToken);

    /// <summary>Creates a room with the caller as its owner.</summary>
    public async ValueTask<(RoomRecord? Room, Refusal? Refusal)> CreateAsync(
        Caller caller, string name, RoomKind kind, string topic, CancellationToken cancellationToken)
    {
        if (!NameRules.TryNormaliseRoom(name, out var key, out var problem))
        {
            return (null, new Refusal(ErrorCode.InvalidName, problem));
        }

        if (DirectRooms.IsName(key))
        {
            return (null, new Refusal(ErrorCode.InvalidName, "Names of this form belong to direct rooms."));
        }

        var record = NewRecord(caller, name, key, kind, topic);
        return await _store.CreateRoomAsync(record, cancellationToken)
            ? (record, null)
            : (null, new Refusal(ErrorCode.NameTaken));
    }

    /// <summary>A room that is still to be stored.</summary>
    public RoomRecord NewRecord(Caller creator, string name, string key, RoomKind kind, string topic)
    {
        var now = Now;
        return new RoomRecord
        {
            Id = _ids.Next(now),
            Name = name,
            NameKey = key,
            Kind = kind,
            Topic = topic,
            Epoch = RoomIds.NewEpoch(),
            CreatorId = creator.UserId,
            CreatedAt = now,
        };
    }

    /// <summary>Tells the WebSockets of users that they belong to a room now, or no longer.</summary>
    public void TellMembers(RoomRecord room, IEnumerable<long> userIds, bool joined) =>
        _loops.Tell(UserNews.OfMembership(userIds, room, joined));

    /// <summary>
    /// While no room is being loaded, does something to a stored one after which it has no name; then forgets it, if
    /// that was done.
    /// </summary>
    public async ValueTask<bool> ForgetAsync(
        string key, Func<ValueTask<bool>> act, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            var isDone = await act();
            if (isDone && _byKey.TryRemove(key, out var room))
            {
                _byName.TryRemove(KeyValuePair.Create(room.Name, room));
                room.TryUnload();
            }

            return isDone;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Rooms the caller may know of; see <see cref="IRoomStore.ListRoomsAsync"/>.</summary>
    public ValueTask<IReadOnlyList<RoomListing>> ListAsync(
        Caller caller, string? afterKey, int limit, CancellationToken cancellationToken) =>
        _store.ListRoomsAsync(
            caller.UserId, caller.ServerRole == RoomRole.Owner, afterKey, limit, Now, cancellationToken);

    /// <summary>The room of this id if it is loaded.</summary>
    public Room? FindLoaded(long id) => _byName.Values.FirstOrDefault(room => room.Id == id);

    /// <summary>Announces presence batches that are due. Called by the ticker.</summary>
    public void AnnouncePresence()
    {
        var now = Now;
        for (var left = _presence.Count; left > 0 && _presence.TryDequeue(out var room); left--)
        {
            if (room.NextPresence(now) is { } here)
            {
                room.Announce(here);
            }

            if (room.StaysQueued())
            {
                _presence.Enqueue(room);
            }
        }
    }

    public void Dispose() => _loading.Dispose();

    /// <summary>Unloads rooms nobody used for <see cref="RoomOptions.UnloadAfter"/>. Called by the janitor.</summary>
    public void UnloadIdle()
    {
        var before = Now - (long)_options.UnloadAfter.TotalMilliseconds;
        foreach (var (key, room) in _byKey)
        {
            if (room.LastUsed < before && room.SubscriptionCount == 0 && room.TryUnload())
            {
                _byName.TryRemove(KeyValuePair.Create(room.Name, room));
                _byKey.TryRemove(KeyValuePair.Create(key, room));
            }
        }
    }

    private async ValueTask<RoomEntry> EnterSlowlyAsync(
        Caller caller, string name, Capability needed, CancellationToken cancellationToken)
    {
        try
        {
            var (room, refusal) = await FindAsync(name, cancellationToken);
            if (room is null)
            {
                return RoomEntry.Refused(refusal ?? new Refusal(ErrorCode.NotFound));
            }

            var now = Now;
            room.LastUsed = now;
            var membership = await MembershipAsync(room, caller.UserId, cancellationToken);
            var capability = RoomAccess.Of(caller, room.Record, membership, now);
            return Answer(room, caller, capability, needed, now);
        }
        catch (StoreException)
        {
            return RoomEntry.Refused(new Refusal(ErrorCode.StorageFailed, null, 1000));
        }
    }

    private static RoomEntry Answer(Room room, Caller caller, Capability capability, Capability needed, long now)
    {
        if (capability >= needed)
        {
            // Moderators too: what they do to an archived room needs more than the right to write.
            return needed == Capability.Write && room.Record.ArchivedAt > 0
                ? RoomEntry.Refused(new Refusal(ErrorCode.Archived))
                : RoomEntry.Of(room, capability);
        }

        if (capability == Capability.None)
        {
            return RoomEntry.Refused(new Refusal(ErrorCode.NotFound));
        }

        var why = needed == Capability.Write
            ? RoomAccess.WhyNotWrite(room.Record, room.MembershipOf(caller.UserId), now)
            : ErrorCode.Forbidden;
        return RoomEntry.Refused(new Refusal(why));
    }

    /// <summary>The room of that name whoever asks, so only for callers that are a gate; neither for none.</summary>
    public async ValueTask<(Room? Room, Refusal? Refusal)> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!NameRules.TryNormaliseRoom(name, out var key, out _))
        {
            // A name that cannot exist answers like one that does not.
            return (null, null);
        }

        if (_byKey.TryGetValue(key, out var loaded))
        {
            return (loaded, null);
        }

        // One load at a time keeps two copies of a room from ever existing; loads are one indexed read. The row is read
        // after the room was seen not to be loaded, so nothing can be appended behind it.
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_byKey.TryGetValue(key, out loaded))
            {
                return (loaded, null);
            }

            if (await _store.FindRoomAsync(key, cancellationToken) is not { } record)
            {
                return (null, null);
            }

            if (_byKey.Count >= _options.MaxLoadedRooms)
            {
                return (null, new Refusal(ErrorCode.Overloaded, null, 1000));
            }

            var room = new Room(record, _loops.Count, _options, QueuePresence, TellMember);
            _byKey[key] = room;
            _byName[record.Name] = room;
            return (room, null);
        }
        finally
        {
            _loading.Release();
        }
    }

    private void QueuePresence(Room room) => _presence.Enqueue(room);

    /// <summary>A ban takes a room away from a member like leaving it does, until it ends.</summary>
    private void TellMember(Room room, RoomChange.OfMember change)
    {
        var joined = change.Joined ?? change.BannedUntil switch
        {
            null => null,
            > 0 => false,
            _ => room.MembershipOf(change.UserId)?.Joined,
        };
        if (joined is { } known)
        {
            TellMembers(room.Record, [change.UserId], known);
        }
    }

    private static void Abandon(Room room, int count)
    {
        for (var i = 0; i < count; i++)
        {
            room.Abandon();
        }
    }
}
