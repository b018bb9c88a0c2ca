using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Conformance;

/// <summary>Edits, erasures, reactions, and the rows beside the log.</summary>
public abstract class ChangeConformance : AppendConformance
{
    [Fact]
    public async Task An_edit_counts_the_revision_and_replays_show_the_current_text()
    {
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "one"));
        var first = TestAppend.Edit(Lobby, TestUsers.Alice, 1, "two");
        var second = TestAppend.Edit(Lobby, TestUsers.Alice, 1, "three");

        await AppendAsync(Now, first, second);

        Assert.Equal((AppendOutcome.Committed, 2L, 1L, 2), (first.Outcome, first.Offset, first.Seq, first.Rev));
        Assert.Equal((3L, 3), (second.Offset, second.Rev));
        Assert.Equal(
            [
                (EventKind.Message, 1L, 3, """{"text":"three"}"""),
                (EventKind.Edit, 1L, 2, """{"text":"three"}"""),
                (EventKind.Edit, 1L, 3, """{"text":"three"}"""),
            ],
            (await ReadAsync(1)).Events.Select(e => (e.Kind, e.Seq, e.Rev, e.Data)));
    }

    [Fact]
    public async Task An_erased_message_is_a_tombstone_in_every_replay()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k"),
            TestAppend.Edit(Lobby, TestUsers.Alice, 1, "two"),
            TestAppend.Message(Lobby, TestUsers.Alice, "kept"),
            TestAppend.React(Lobby, TestUsers.Bob, 1, "👍"));
        var erase = TestAppend.Erase(Lobby, TestUsers.Bob, 1);

        await AppendAsync(Now, erase);

        Assert.Equal((AppendOutcome.Committed, 5L, 1L), (erase.Outcome, erase.Offset, erase.Seq));
        var (events, _) = await ReadAsync(1);
        Assert.Equal([true, true, false, false, false], events.Select(e => e.Erased));
        Assert.Equal(["", "", """{"text":"kept"}""", "", ""], events.Select(e => e.Data));
        Assert.Equal("k", events[0].Key);
        Assert.Equal((EventKind.Erase, "bob", "\"why\":\"spam\""), (events[4].Kind, events[4].Actor, events[4].Detail));
        var (page, _) = await PageAsync(PageAnchor.Latest);
        Assert.Equal([(1L, true, "", ""), (2L, false, """{"text":"kept"}""", "")],
            page.Select(m => (m.Seq, m.Erased, m.Data, m.Detail)));
    }

    [Fact]
    public async Task A_target_that_is_absent_or_erased_is_refused()
    {
        await AppendAsync(
            Now, TestAppend.Message(Lobby, TestUsers.Alice, "one"), TestAppend.Erase(Lobby, TestUsers.Alice, 1));
        var refused = new Append[]
        {
            TestAppend.Edit(Lobby, TestUsers.Alice, 1, "late"),
            TestAppend.Erase(Lobby, TestUsers.Alice, 1),
            TestAppend.React(Lobby, TestUsers.Alice, 1, "👍"),
            TestAppend.Edit(Lobby, TestUsers.Alice, 2, "absent"),
            TestAppend.Erase(Lobby, TestUsers.Alice, 0),
            TestAppend.React(Lobby, TestUsers.Alice, -1, "👍"),
        };

        await AppendAsync(Now, refused);

        Assert.All(refused, append => Assert.Equal(AppendOutcome.NoSuchMessage, append.Outcome));
        Assert.Equal(2, (await ReadAsync(1)).Ends.LastOffset);
    }

    [Fact]
    public async Task Own_only_refuses_somebody_elses_message()
    {
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "one"));
        var edit = TestAppend.Edit(Lobby, TestUsers.Bob, 1, "two");
        var erase = TestAppend.Erase(Lobby, TestUsers.Bob, 1, ownOnly: true);
        var moderated = TestAppend.Edit(Lobby, TestUsers.Bob, 1, "three", ownOnly: false);

        await AppendAsync(Now, edit, erase, moderated);

        Assert.Equal(AppendOutcome.NotAuthor, edit.Outcome);
        Assert.Equal(AppendOutcome.NotAuthor, erase.Outcome);
        Assert.Equal(AppendOutcome.Committed, moderated.Outcome);
    }

    [Fact]
    public async Task A_reaction_that_changes_nothing_adds_no_event()
    {
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "one"));
        var on = TestAppend.React(Lobby, TestUsers.Bob, 1, "👍");
        var again = TestAppend.React(Lobby, TestUsers.Bob, 1, "👍");
        var off = TestAppend.React(Lobby, TestUsers.Bob, 1, "👍", on: false);
        var offAgain = TestAppend.React(Lobby, TestUsers.Bob, 1, "👍", on: false);

        await AppendAsync(Now, on, again, off, offAgain);

        Assert.Equal((AppendOutcome.Committed, 2L, 1L), (on.Outcome, on.Offset, on.Seq));
        Assert.Equal(AppendOutcome.Unchanged, again.Outcome);
        Assert.Equal((AppendOutcome.Committed, 3L), (off.Outcome, off.Offset));
        Assert.Equal(AppendOutcome.Unchanged, offAgain.Outcome);
        Assert.Equal(3, (await ReadAsync(1)).Ends.LastOffset);
    }

    [Fact]
    public async Task A_page_carries_the_reactions_of_its_messages()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one"),
            TestAppend.Message(Lobby, TestUsers.Alice, "two"),
            TestAppend.React(Lobby, TestUsers.Bob, 1, "👍"),
            TestAppend.React(Lobby, TestUsers.Alice, 1, "👍"),
            TestAppend.React(Lobby, TestUsers.Alice, 1, "\"quoted\""),
            TestAppend.React(Lobby, TestUsers.Carol, 2, "🎉"));

        var (page, _) = await PageAsync(PageAnchor.Latest);

        using var first = System.Text.Json.JsonDocument.Parse("{" + page[0].Detail + "}");
        var reactions = first.RootElement.GetProperty("reactions");
        Assert.Equal(["alice", "bob"], reactions.GetProperty("👍").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal("alice", Assert.Single(reactions.GetProperty("\"quoted\"").EnumerateArray()).GetString());
        Assert.Equal("\"reactions\":{\"🎉\":[\"carol\"]}", page[1].Detail);
    }

    [Fact]
    public async Task A_member_change_touches_only_what_it_names()
    {
        Assert.Equal(Membership.None, await Store.FindMembershipAsync(Lobby, TestUsers.Bob, Cancel));
        await AppendAsync(
            Now,
            TestAppend.Other(
                Lobby, TestUsers.Bob, EventKind.Join, new RoomChange.OfMember(TestUsers.Bob, Joined: true)),
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Mute,
                new RoomChange.OfMember(TestUsers.Bob, Role: RoomRole.Moderator, MutedUntil: Now + 1000)));

        await AppendAsync(
            Now,
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Ban,
                new RoomChange.OfMember(TestUsers.Bob, Joined: false, BannedUntil: long.MaxValue)));

        Assert.Equal(
            new Membership
            {
                Joined = false,
                Role = RoomRole.Moderator,
                MutedUntil = Now + 1000,
                BannedUntil = long.MaxValue,
            },
            await Store.FindMembershipAsync(Lobby, TestUsers.Bob, Cancel));
    }

    [Fact]
    public async Task A_settings_change_touches_only_what_it_names()
    {
        await AppendAsync(
            Now,
            TestAppend.Other(Lobby, TestUsers.Owner, EventKind.Topic, new RoomChange.OfSettings(Topic: "news")),
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Settings,
                new RoomChange.OfSettings(Kind: RoomKind.Private, RetainEvents: 100, RetainMilliseconds: 5000)),
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Settings, new RoomChange.OfSettings(RetainMilliseconds: 0)));

        Assert.Equal(
            new RoomRecord
            {
                Id = Lobby,
                Name = "lobby",
                NameKey = "lobby",
                Kind = RoomKind.Private,
                Topic = "news",
                Epoch = "epoch10",
                CreatorId = TestUsers.Owner,
                CreatedAt = Now,
                LastOffset = 3,
                LastAt = Now,
                RetainEvents = 100,
            },
            await Store.FindRoomAsync("lobby", Cancel));
    }

    [Fact]
    public async Task A_created_room_belongs_to_its_creator_and_its_key_is_taken()
    {
        Assert.False(await CreateRoomAsync(99, "lobby"));
        Assert.Equal(Lobby, (await Store.FindRoomAsync("lobby", Cancel))?.Id);
        Assert.Null(await Store.FindRoomAsync("absent", Cancel));
        Assert.Equal(
            new Membership { Joined = true, Role = RoomRole.Owner },
            await Store.FindMembershipAsync(Lobby, TestUsers.Owner, Cancel));
    }

    [Fact]
    public async Task The_read_cursor_only_grows_and_stops_at_the_last_message()
    {
        await AppendMessagesAsync(5);

        Assert.Equal(3, await Store.SetReadAsync(Lobby, TestUsers.Bob, 3, back: false, Cancel));
        Assert.Equal(3, await Store.SetReadAsync(Lobby, TestUsers.Bob, 2, back: false, Cancel));
        Assert.Equal(5, await Store.SetReadAsync(Lobby, TestUsers.Bob, 99, back: false, Cancel));
        Assert.Equal(5, (await Store.FindMembershipAsync(Lobby, TestUsers.Bob, Cancel)).ReadSeq);
        Assert.False((await Store.FindMembershipAsync(Lobby, TestUsers.Bob, Cancel)).Joined);
        Assert.Equal(0, await Store.SetReadAsync(999, TestUsers.Bob, 1, back: false, Cancel));
    }

    [Fact]
    public async Task The_read_cursor_goes_back_when_it_is_asked_to()
    {
        await AppendMessagesAsync(5);

        Assert.Equal(4, await Store.SetReadAsync(Lobby, TestUsers.Bob, 4, back: true, Cancel));
        Assert.Equal(1, await Store.SetReadAsync(Lobby, TestUsers.Bob, 1, back: true, Cancel));
        Assert.Equal(0, await Store.SetReadAsync(Lobby, TestUsers.Bob, 0, back: true, Cancel));
        Assert.Equal(0, (await Store.FindMembershipAsync(Lobby, TestUsers.Bob, Cancel)).ReadSeq);
    }
}
