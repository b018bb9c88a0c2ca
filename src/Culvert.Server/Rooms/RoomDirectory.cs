using System.Buffers;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;

namespace Culvert.Server.Rooms;

/// <summary>The loaded rooms of this node, the gate to them, and the way of changes into their logs.</summary>
/// <remarks>Thread-safe. Steps 2 and 3 of the main path (ARCHITECTURE.md).</remarks>
internal sealed class RoomDirectory : IDisposable
{
    /// <summary>
    /// 10 s: rooms in use are looked at every second, so only one that nobody used is met with older knowledge.
    /// </summary>
    public const int FreshMilliseconds = 10_000;

    private readonly IRoomStore _store;
    private readonly CommitLoop _commits;
    private readonly WriterLoops _loops;
    private readonly PublishLimits _limits;
    private readonly RepeatLimits _repeats;
    private readonly RoomOptions _options;
    private readonly TimeProvider _time;
    private readonly RoomIds _ids = new();
    private readonly LoadedRooms _loaded;
    private INodeStatus? _node;
    private IRoomBus? _bus;

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
        _loaded = new LoadedRooms(store, loops.Count, options, time, TellMember);
    }

    /// <summary>Rooms in memory.</summary>
    public IEnumerable<Room> Loaded => _loaded.All;

    /// <summary>Which users are away.</summary>
    public AwayUsers Away { get; } = new();

    /// <summary>Who is in which room on other nodes; null on a node that is alone.</summary>
    public Elsewhere? Elsewhere => _loaded.Elsewhere;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>From here on the node is one of several. Called before any room is loaded.</summary>
    /// <param name="bus">To the other nodes.</param>
    /// <param name="node">What this one is among them.</param>
    /// <param name="changedHere">As <see cref="RoomPresence.ChangedHere"/>.</param>
    public void Join(IRoomBus bus, INodeStatus node, Action<PresenceChange> changedHere)
    {
        _bus = bus;
        _node = node;
        _commits.Bus = bus;
        _commits.Follower.Vanished = _loaded.Forget;
        _loaded.Join(changedHere, _commits.Follower.Wake);
        Away.Told = (user, isAway) => bus.Send(new BusMessage.Away(node.Incarnation, user, isAway));
    }

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
        if (_loaded.Find(name) is { } room
            && (_node is null || IsFresh(room, now))
            && room.Allows(caller, now) is { } capability)
        {
            room.LastUsed = now;
            return ValueTask.FromResult(RoomEntry.Answer(room, caller, capability, needed, now));
        }

        return EnterSlowlyAsync(caller, name, needed, cancellationToken);
    }

    /// <summary>
    /// Sends acts of one caller to the log as one commit. Null when taken: each append's <see cref="Append.Complete"/>
    /// follows. A refusal otherwise, and nothing follows.
    /// </summary>
    public Refusal? Submit(Room room, Caller caller, params ReadOnlySpan<Append> appends)
    {
        if (_node is { IsOpen: false })
        {
            return new Refusal(ErrorCode.Overloaded, null, 1000);
        }

        var now = Now;
        var wait = _limits.Take(caller, appends.Length, now);
        if (wait > 0)
        {
            return new Refusal(ErrorCode.RateLimited, null, wait);
        }

        wait = _repeats.Take(caller, appends, now);
        if (wait > 0)
        {
            return new Refusal(ErrorCode.RateLimited, Reason.SameText.With(), wait);
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
    /// As <see cref="Enter"/>, for a reader that may come from another node: a cursor that is ahead of this one waits
    /// until the room has been read that far.
    /// </summary>
    public async ValueTask<Refusal?> EnterAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        var room = subscription.Room;
        if (_node is not null
            && subscription.Since is { Kind: SinceKind.Cursor, Cursor: var cursor }
            && cursor.Epoch == room.Epoch
            && cursor.Offset > room.LastOffset)
        {
            try
            {
                await _commits.Follower.ReachAsync(room, cursor.Offset, cancellationToken);
            }
            catch (StoreException)
            {
                return new Refusal(ErrorCode.StorageFailed, null, 1000);
            }
        }

        return Enter(subscription);
    }

    /// <summary>Sends something that is no part of the log to the readers of a room, on whatever node.</summary>
    public void Announce(Room room, EphemeralEvent ephemeral)
    {
        room.Announce(ephemeral);
        _bus?.Send(new BusMessage.Passing(
            room.Id, ephemeral.Name, ephemeral.Line, ephemeral.OnlyUser, ephemeral.ExceptUser));
    }

    /// <summary>
    /// Moves the caller's read cursor, which only grows unless <paramref name="back"/>, and tells the caller's other
    /// connections.
    /// </summary>
    public async ValueTask<long> SetReadAsync(
        Room room, Caller caller, long seq, bool back, CancellationToken cancellationToken)
    {
        var stored = await _store.SetReadAsync(room.Id, caller.UserId, seq, back, cancellationToken);
        room.Memberships.NoteRead(caller.UserId, stored, back);
        Announce(room, EphemeralEvent.OfRead(room, caller.UserId, caller.Name, stored, back));
        return stored;
    }

    /// <summary>Tells the other readers that the caller is typing.</summary>
    public void Type(Room room, Caller caller)
    {
        var line = new ArrayBufferWriter<byte>(96);
        EventWriter.WriteTyping(line, room.Name, caller.Name);
        Announce(
            room,
            new EphemeralEvent("typing"u8.ToArray(), line.WrittenSpan.ToArray()) { ExceptUser = caller.UserId });
    }

    /// <summary>A user's row in a room, from memory where it is known.</summary>
    public async ValueTask<Membership> MembershipAsync(Room room, long userId, CancellationToken cancellationToken)
    {
        if (room.Memberships.Find(userId) is { } known)
        {
            return known;
        }

        while (true)
        {
            var version = room.Memberships.Version;
            var membership = await _store.FindMembershipAsync(room.Id, userId, cancellationToken);
            if (room.Memberships.Learn(userId, membership, version))
            {
                return room.Memberships.Find(userId) ?? membership;
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
            return (null, new Refusal(ErrorCode.InvalidName, Reason.DirectName.With()));
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
    public void TellMembers(RoomRecord room, IEnumerable<long> userIds, bool joined)
    {
        var news = UserNews.OfMembership(userIds, room, joined);
        _loops.Tell(news);
        _bus?.Send(news.Message);
    }

    /// <inheritdoc cref="LoadedRooms.ForgetAsync"/>
    public ValueTask<bool> ForgetAsync(
        string key, Func<ValueTask<bool>> act, CancellationToken cancellationToken) =>
        _loaded.ForgetAsync(key, act, cancellationToken);

    /// <summary>Rooms the caller may know of; see <see cref="IRoomStore.ListRoomsAsync"/>.</summary>
    public ValueTask<IReadOnlyList<RoomListing>> ListAsync(
        Caller caller, RoomQuery query, CancellationToken cancellationToken) =>
        _store.ListRoomsAsync(
            query with { UserId = caller.UserId, All = caller.ServerRole == RoomRole.Owner, Now = Now },
            cancellationToken);

    /// <summary>The room of this id if it is loaded.</summary>
    public Room? FindLoaded(long id) => _loaded.Find(id);

    /// <inheritdoc cref="LoadedRooms.AnnouncePresence"/>
    public void AnnouncePresence() => _loaded.AnnouncePresence();

    /// <inheritdoc cref="LoadedRooms.UnloadIdle"/>
    public void UnloadIdle() => _loaded.UnloadIdle();

    public void Dispose() => _loaded.Dispose();

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
            return RoomEntry.Answer(room, caller, capability, needed, now);
        }
        catch (StoreException)
        {
            return RoomEntry.Refused(new Refusal(ErrorCode.StorageFailed, null, 1000));
        }
    }

    /// <summary>
    /// The room of that name as it is now, whoever asks, so only for callers that are a gate; neither for none.
    /// </summary>
    public async ValueTask<(Room? Room, Refusal? Refusal)> FindAsync(string name, CancellationToken cancellationToken)
    {
        var (room, refusal) = await _loaded.FindAsync(name, cancellationToken);
        return room is null || await SeeAsync(room, cancellationToken)
            ? (room, refusal)
            : await _loaded.FindAsync(name, cancellationToken); // It was gone: perhaps another has its name now.
    }

    private static bool IsFresh(Room room, long now) => (ulong)(now - room.SeenAt) < FreshMilliseconds;

    /// <summary>
    /// Reads what the gate must know: on one of several nodes what the others decided, unless somebody has looked a
    /// moment ago. False when the room turned out to be gone.
    /// </summary>
    private async ValueTask<bool> SeeAsync(Room room, CancellationToken cancellationToken)
    {
        if (_node is not null && !IsFresh(room, Now))
        {
            await _commits.Follower.ReachAsync(room, long.MaxValue, cancellationToken);
        }

        if (room.Staleness != 0)
        {
            await _commits.Follower.RefreshAsync(room, cancellationToken);
        }

        return room.Staleness == 0;
    }

    /// <summary>A ban takes a room away from a member like leaving it does, until it ends.</summary>
    private void TellMember(Room room, RoomChange.OfMember change)
    {
        var joined = change.Joined ?? change.BannedUntil switch
        {
            null => null,
            > 0 => false,
            _ => room.Memberships.Find(change.UserId)?.Joined,
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
