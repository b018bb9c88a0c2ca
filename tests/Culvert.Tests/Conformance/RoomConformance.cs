using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Conformance;

/// <summary>Rooms themselves: direct ones, owners, settings, and the list of what moderators did.</summary>
public abstract class RoomConformance : ReadConformance
{
    private const long Direct = 20;

    internal abstract IAuditLog Audit { get; }

    [Fact]
    public async Task A_direct_room_has_its_people_and_no_owner()
    {
        Assert.True(await CreateDirectAsync("d"));
        Assert.False(await CreateDirectAsync("d"));

        var alice = await Store.FindListingAsync("d", TestUsers.Alice, Cancel);
        var carol = await Store.FindListingAsync("d", TestUsers.Carol, Cancel);

        Assert.Equal((RoomKind.Direct, true, RoomRole.Member), (
            alice!.Room.Kind, alice.Membership.Joined, alice.Membership.Role));
        Assert.Equal(["alice", "bob"], alice.People!);
        Assert.False(carol!.Membership.Joined);
        Assert.Null((await Store.FindListingAsync("lobby", TestUsers.Alice, Cancel))!.People);
        Assert.Null(await Store.FindListingAsync("absent", TestUsers.Alice, Cancel));
    }

    [Fact]
    public async Task A_direct_room_is_listed_for_its_people_only()
    {
        await CreateDirectAsync("d");

        var bob = await Store.ListRoomsAsync(
            new RoomQuery { UserId = TestUsers.Bob, Limit = 10, Now = Now }, Cancel);
        var owner = await Store.ListRoomsAsync(
            new RoomQuery { UserId = TestUsers.Owner, All = true, Limit = 10, Now = Now }, Cancel);

        Assert.Equal(["d", "lobby"], bob.Select(row => row.Room.NameKey));
        Assert.Equal(["alice", "bob"], bob[0].People!);
        Assert.Equal(["lobby"], owner.Select(row => row.Room.NameKey));
    }

    [Fact]
    public async Task The_last_owner_stays_one()
    {
        var leave = Member(EventKind.Leave, TestUsers.Owner, new(TestUsers.Owner, Joined: false));
        var demote = Member(EventKind.Join, TestUsers.Owner, new(TestUsers.Owner, Joined: true, Role: RoomRole.Member));
        var second = Member(EventKind.Join, TestUsers.Owner, new(TestUsers.Bob, Joined: true, Role: RoomRole.Owner));
        var after = Member(EventKind.Leave, TestUsers.Owner, new(TestUsers.Owner, Joined: false));
        var last = Member(EventKind.Leave, TestUsers.Bob, new(TestUsers.Bob, Joined: false));

        await AppendAsync(Now, leave, demote, second, after, last);

        Assert.Equal(
            [
                AppendOutcome.LastOwner, AppendOutcome.LastOwner, AppendOutcome.Committed, AppendOutcome.Committed,
                AppendOutcome.LastOwner,
            ],
            new[] { leave, demote, second, after, last }.Select(append => append.Outcome));
        Assert.Equal(2, (await ReadAsync(1)).Ends.LastOffset);
    }

    [Fact]
    public async Task Settings_are_kept_and_a_deleted_room_is_not_listed()
    {
        await AppendAsync(
            Now,
            Settings(new RoomChange.OfSettings(ArchivedAt: 5, ReadOnly: true)),
            Settings(new RoomChange.OfSettings(DeletedAt: 7)));

        var room = await Store.FindRoomAsync("lobby", Cancel);

        Assert.Equal((5L, 7L, true), (room!.ArchivedAt, room.DeletedAt, room.IsReadOnly));
        Assert.Empty(await Store.ListRoomsAsync(
            new RoomQuery { UserId = TestUsers.Owner, All = true, Limit = 10, Now = Now }, Cancel));
        Assert.Empty(await Store.ListRoomsAsync(
            new RoomQuery { UserId = TestUsers.Alice, Limit = 10, Now = Now }, Cancel));
        await AppendAsync(Now, Settings(new RoomChange.OfSettings(ArchivedAt: 0, DeletedAt: 0, ReadOnly: false)));
        Assert.Single(await Store.ListRoomsAsync(
            new RoomQuery { UserId = TestUsers.Alice, Limit = 10, Now = Now }, Cancel));
    }

    [Fact]
    public async Task An_act_and_its_entry_of_the_list_are_one_transaction()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one"),
            TestAppend.Message(Lobby, TestUsers.Alice, "two"),
            new TestAppend
            {
                RoomId = Lobby,
                Kind = EventKind.Ban,
                ActorId = TestUsers.Owner,
                ActorName = TestUsers.NameOf(TestUsers.Owner),
                Change = new RoomChange.OfMember(TestUsers.Bob, BannedUntil: Now + 5),
                Detail = "\"user\":\"bob\""u8.ToArray(),
                Audit = new AuditNote("ban", "bob", "spam"),
                Address = "192.0.2.7",
            },
            Erase(TestUsers.Alice, 1),
            Erase(TestUsers.Bob, 2),
            Erase(TestUsers.Bob, 2));
        await Audit.NoteAsync(new AuditEntry { At = Now + 1, By = "owner", Act = "role", Target = "eve" }, Cancel);

        var all = await Audit.ListAsync(long.MaxValue, 10, Cancel);
        var older = await Audit.ListAsync(all[1].Id, 10, Cancel);

        Assert.Equal(
            [("role", "owner", null, "eve"), ("erase", "bob", "lobby", "alice"), ("ban", "owner", "lobby", "bob")],
            all.Select(entry => (entry.Act, entry.By, entry.Room, entry.Target)));
        var ban = Assert.Single(older);
        Assert.Equal((Now, "spam", "192.0.2.7", """{"user":"bob"}"""), (ban.At, ban.Why, ban.Address, ban.Detail));
        Assert.Single(await Audit.ListAsync(long.MaxValue, 1, Cancel));
    }

    [Fact]
    public async Task The_roster_has_members_and_banned_users_by_id()
    {
        await AppendAsync(
            Now + 7,
            Member(EventKind.Join, TestUsers.Bob, new(TestUsers.Bob, Joined: true)),
            Member(EventKind.Ban, TestUsers.Owner, new(TestUsers.Carol, BannedUntil: Now + 100)),
            Member(EventKind.Mute, TestUsers.Owner, new(TestUsers.Alice, MutedUntil: Now + 100)));

        var all = await Store.ListRosterAsync(Lobby, 0, false, 10, Now, Cancel);
        var later = await Store.ListRosterAsync(Lobby, TestUsers.Owner, false, 1, Now + 100, Cancel);

        Assert.Equal(
            [("owner", true, Now), ("bob", true, Now + 7), ("carol", false, 0)],
            all.Select(row => (row.Name, row.Membership.Joined, row.JoinedAt)));
        Assert.Equal((RoomRole.Owner, Now + 100), (all[0].Membership.Role, all[2].Membership.BannedUntil));
        Assert.Equal([TestUsers.Bob], later.Select(row => row.UserId));
        Assert.Empty(await Store.ListRosterAsync(Lobby, TestUsers.Bob, false, 10, Now + 100, Cancel));
        var back = await Store.ListRosterAsync(Lobby, TestUsers.Carol, true, 1, Now, Cancel);
        Assert.Equal([TestUsers.Bob], back.Select(row => row.UserId));
    }

    [Fact]
    public async Task T1_20_Deleted_rooms_are_listed_for_their_owners_and_for_those_of_the_server()
    {
        await AppendAsync(Now, Settings(new RoomChange.OfSettings(DeletedAt: Now)));

        Assert.Equal(["lobby"], await DeletedAsync(TestUsers.Owner, all: false));
        Assert.Equal(["lobby"], await DeletedAsync(TestUsers.Carol, all: true));
        Assert.Empty(await DeletedAsync(TestUsers.Carol, all: false));
        await AppendAsync(Now, Settings(new RoomChange.OfSettings(DeletedAt: 0)));
        Assert.Empty(await DeletedAsync(TestUsers.Owner, all: true));

        async Task<IEnumerable<string>> DeletedAsync(long userId, bool all)
        {
            var query = new RoomQuery { UserId = userId, All = all, Show = RoomShow.Deleted, Limit = 10, Now = Now };
            return (await Store.ListRoomsAsync(query, Cancel)).Select(row => row.Room.NameKey);
        }
    }

    [Fact]
    public async Task A_deleted_room_is_condemned_and_erased_step_by_step()
    {
        await AppendMessagesAsync(5);
        await AppendAsync(Now + 10, Settings(new RoomChange.OfSettings(DeletedAt: Now + 10)));

        Assert.Empty(await Store.ListDeletedAsync(Now + 10, Cancel));
        Assert.Equal([new DeletedRoom(Lobby, "lobby")], await Store.ListDeletedAsync(Now + 11, Cancel));
        Assert.False(await Store.CondemnAsync(Lobby, Now + 10, Cancel));
        Assert.True(await Store.CondemnAsync(Lobby, Now + 11, Cancel));
        Assert.Null(await Store.FindRoomAsync("lobby", Cancel));
        Assert.True(await CreateRoomAsync(11, "lobby"));
        for (var left = 100; await Store.EraseRoomAsync(Lobby, 3, Cancel); left--)
        {
            Assert.True(left > 0, "It never ends.");
        }

        Assert.Empty(await Store.ListDeletedAsync(long.MaxValue, Cancel));
        Assert.Equal("", (await ReadAsync(1)).Ends.Epoch);
        Assert.Empty(await Store.ListRosterAsync(Lobby, 0, false, 10, Now, Cancel));
        Assert.Equal(11, (await Store.FindRoomAsync("lobby", Cancel))!.Id);
    }

    private static TestAppend Member(EventKind kind, long actorId, RoomChange.OfMember change) =>
        TestAppend.Other(Lobby, actorId, kind, change);

    private static TestAppend Settings(RoomChange.OfSettings change) =>
        TestAppend.Other(Lobby, TestUsers.Owner, EventKind.Settings, change);

    private static TestAppend Erase(long actorId, long seq) => new()
    {
        RoomId = Lobby,
        Kind = EventKind.Erase,
        ActorId = actorId,
        ActorName = TestUsers.NameOf(actorId),
        TargetSeq = seq,
        Audit = new AuditNote("erase"),
    };

    private ValueTask<bool> CreateDirectAsync(string name) => Store.CreateDirectRoomAsync(
        new RoomRecord
        {
            Id = Direct,
            Name = name,
            NameKey = name,
            Kind = RoomKind.Direct,
            Epoch = "epoch20",
            CreatorId = TestUsers.Alice,
            CreatedAt = Now,
        },
        [TestUsers.Bob, TestUsers.Alice],
        Cancel);
}
