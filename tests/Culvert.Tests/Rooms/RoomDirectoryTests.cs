using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Rooms;

public sealed class RoomDirectoryTests : IDisposable
{
    private readonly RoomRig _rig = new(new RoomOptions { MaxLoadedRooms = 3, PublishBurst = 2, PublishPerSecond = 1 });

    [Fact]
    public void Unknown_and_forbidden_rooms_get_the_same_answer()
    {
        _rig.Create("secret", RoomKind.Private);

        var unknown = _rig.Enter("nowhere", RoomRig.Alice);
        var forbidden = _rig.Enter("secret", RoomRig.Alice);
        var again = _rig.Enter("secret", RoomRig.Alice);
        var impossible = _rig.Enter("", RoomRig.Alice);

        Assert.Equal(new Refusal(ErrorCode.NotFound), unknown.Refusal);
        Assert.Equal(unknown, forbidden);
        Assert.Equal(unknown, again);
        Assert.Equal(unknown, impossible);
    }

    [Fact]
    public void Nobody_enters_without_signing_in()
    {
        Assert.Equal(ErrorCode.Unauthorized, _rig.Enter("lobby", null).Refusal!.Code);
        Assert.Equal(ErrorCode.Unauthorized, _rig.Enter("nowhere", null).Refusal!.Code);
    }

    [Fact]
    public void Any_spelling_of_a_name_finds_the_one_room()
    {
        Assert.Same(_rig.Room, _rig.Enter("LOBBY", RoomRig.Alice).Room);
        Assert.Same(_rig.Room, _rig.Enter("lobby", RoomRig.Alice).Room);
        Assert.Single(_rig.Rooms.Loaded);
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        var (room, refusal) = World.Sync(
            _rig.Rooms.CreateAsync(RoomRig.Alice, "Lobby", RoomKind.Public, "", CancellationToken.None));

        Assert.Null(room);
        Assert.Equal(ErrorCode.NameTaken, refusal!.Code);
    }

    [Fact]
    public void The_muted_are_told_so_until_the_mute_ends()
    {
        var until = _rig.Now + 1000;
        _rig.Enter("lobby", RoomRig.Bob);
        _rig.Do(Acts.Mute(TestUsers.Bob, "bob", null, until), RoomRig.Owner);
        var readOnly = RoomRig.Bob with { Scopes = Scopes.Read };

        Assert.Equal(ErrorCode.Muted, _rig.Enter("lobby", RoomRig.Bob, Capability.Write).Refusal!.Code);
        Assert.Equal(ErrorCode.Forbidden, _rig.Enter("lobby", RoomRig.Bob, Capability.Moderate).Refusal!.Code);

        _rig.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Capability.Write, _rig.Enter("lobby", RoomRig.Bob, Capability.Write).Capability);
        Assert.Equal(ErrorCode.Forbidden, _rig.Enter("lobby", readOnly, Capability.Write).Refusal!.Code);
    }

    [Fact]
    public void A_membership_is_read_once_and_follows_the_log()
    {
        _rig.Create("p", RoomKind.Private);
        var room = _rig.Enter("p", RoomRig.Owner).Room;
        Assert.Null(_rig.Enter("p", RoomRig.Alice).Room);
        _rig.Store.ReadsFail = true;

        _rig.Do(Acts.Join(TestUsers.Alice, "alice"), RoomRig.Owner, room);

        Assert.Equal(Capability.Write, _rig.Enter("p", RoomRig.Alice).Capability);
        _rig.Do(Acts.Leave(TestUsers.Alice, "alice"), RoomRig.Owner, room);
        Assert.Null(_rig.Enter("p", RoomRig.Alice).Room);
    }

    [Fact]
    public void A_row_that_was_read_before_a_change_is_not_remembered()
    {
        var version = _rig.Room.Memberships.Version;
        _rig.Do(Acts.Ban(TestUsers.Bob, "bob", null, null), RoomRig.Owner);

        Assert.False(_rig.Room.Memberships.Learn(TestUsers.Bob, Membership.None, version));

        Assert.Equal(ErrorCode.NotFound, _rig.Enter("lobby", RoomRig.Bob).Refusal!.Code);
    }

    [Fact]
    public void A_store_that_fails_is_a_refusal()
    {
        _rig.Store.ReadsFail = true;

        Assert.Equal(ErrorCode.StorageFailed, _rig.Enter("elsewhere", RoomRig.Alice).Refusal!.Code);
        Assert.Equal(ErrorCode.StorageFailed, _rig.Enter("lobby", RoomRig.Alice).Refusal!.Code);
    }

    [Fact]
    public void No_more_rooms_are_loaded_than_the_limit_says()
    {
        _rig.Create("b");
        _rig.Create("c");
        Assert.NotNull(World.Sync(
            _rig.Rooms.CreateAsync(RoomRig.Owner, "d", RoomKind.Public, "", CancellationToken.None)).Room);

        Assert.Equal(ErrorCode.Overloaded, _rig.Enter("d", RoomRig.Alice).Refusal!.Code);
        Assert.NotNull(_rig.Enter("c", RoomRig.Alice).Room);

        _rig.Time.Advance(TimeSpan.FromMinutes(5));
        _rig.Rooms.UnloadIdle();
        Assert.NotNull(_rig.Enter("d", RoomRig.Alice).Room);
    }

    [Fact]
    public void An_idle_room_leaves_memory_and_comes_back_as_it_was()
    {
        _rig.Publish("one", "two");
        _rig.Time.Advance(TimeSpan.FromMinutes(5));

        _rig.Rooms.UnloadIdle();

        Assert.Empty(_rig.Rooms.Loaded);
        var again = _rig.Enter("lobby", RoomRig.Alice).Room!;
        Assert.NotSame(_rig.Room, again);
        Assert.Equal((2L, 2L, _rig.Room.Epoch), (again.LastOffset, again.LastSeq, again.Epoch));
        Assert.Equal(3, _rig.Do(Acts.Message("3"u8.ToArray(), null), room: again).Offset);
    }

    [Fact]
    public void A_room_that_left_memory_takes_nothing_any_more()
    {
        _rig.Time.Advance(TimeSpan.FromMinutes(5));
        _rig.Rooms.UnloadIdle();
        var append = new SimulatedAppend(_rig.Room, RoomRig.Alice, Acts.Clear(), false, static _ => { });
        var subscription = new Subscription(_rig.Room, _rig.Connect(new ScriptedOutlet()), Since.Now, GapPolicy.Oldest);

        Assert.Equal(ErrorCode.Overloaded, _rig.Rooms.Submit(_rig.Room, RoomRig.Alice, append)!.Code);
        Assert.Equal(ErrorCode.Overloaded, RoomDirectory.Enter(subscription)!.Code);
        Assert.Equal(0, append.Completions);
    }

    [Fact]
    public void A_room_in_use_stays()
    {
        _rig.Submit(Acts.Message("1"u8.ToArray(), null));
        _rig.Time.Advance(TimeSpan.FromMinutes(5));
        _rig.Rooms.UnloadIdle();
        Assert.Same(_rig.Room, Assert.Single(_rig.Rooms.Loaded));
        _rig.Commit();

        var subscriber = _rig.Connect(new ScriptedOutlet());
        _rig.Subscribe(subscriber);
        _rig.Run();
        _rig.Time.Advance(TimeSpan.FromMinutes(5));
        _rig.Rooms.UnloadIdle();
        Assert.Same(_rig.Room, Assert.Single(_rig.Rooms.Loaded));

        subscriber.Lost();
        _rig.Run();
        _rig.Rooms.UnloadIdle();
        Assert.Empty(_rig.Rooms.Loaded);
    }

    [Fact]
    public void A_user_has_a_rate()
    {
        var limited = RoomRig.Alice with { IsUnlimited = false };
        var appends = Enumerable.Range(0, 3)
            .Select(_ => Acts.Message("1"u8.ToArray(), null))
            .Select(act => new SimulatedAppend(_rig.Room, limited, act, false, static _ => { }))
            .ToList();

        var refusals = appends.ConvertAll(append => _rig.Rooms.Submit(_rig.Room, limited, append));

        Assert.Equal([null, null, new Refusal(ErrorCode.RateLimited, null, 1000)], refusals);
        _rig.Commit();
        Assert.Equal([1, 1, 0], appends.ConvertAll(append => append.Completions));
    }

    [Fact]
    public void Presence_that_changes_while_it_is_announced_is_announced_later()
    {
        var outlet = new ScriptedOutlet();
        _rig.Subscribe(_rig.Connect(outlet));
        _rig.Run();
        _rig.Rooms.AnnouncePresence();
        _rig.Run();
        _rig.Subscribe(_rig.Connect(new ScriptedOutlet(), RoomRig.Alice));
        _rig.Run();

        _rig.Rooms.AnnouncePresence();
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        _rig.Rooms.AnnouncePresence();
        _rig.Rooms.AnnouncePresence();
        _rig.Run();

        Assert.Equal("ready here here", RoomRig.Outline(outlet));
        Assert.Equal(["alice", "bob"], _rig.Room.Presence.Members().Names);
        Assert.Equal(2, _rig.Room.Presence.Members().Version);
    }

    [Fact]
    public void A_read_cursor_is_told_to_the_users_own_connections()
    {
        var (alice, bob) = (new ScriptedOutlet(), new ScriptedOutlet());
        _rig.Publish("one", "two");
        _rig.Subscribe(_rig.Connect(alice, RoomRig.Alice));
        _rig.Subscribe(_rig.Connect(bob));
        _rig.Run();

        var read = _rig.Rooms.SetReadAsync(_rig.Room, RoomRig.Alice, 9, back: false, CancellationToken.None);
        Assert.Equal(2, World.Sync(read));
        _rig.Rooms.Type(_rig.Room, RoomRig.Alice);
        _rig.Run();

        Assert.Equal("ready read", RoomRig.Outline(alice));
        Assert.Equal("ready typing", RoomRig.Outline(bob));
    }

    public void Dispose() => _rig.Dispose();
}
