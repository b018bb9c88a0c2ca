using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Conformance;

/// <summary>Reading: stretches of the log, pages of every anchor, lists, and readers beside a writer.</summary>
public abstract class ReadConformance : ChangeConformance
{
    [Fact]
    public async Task A_read_starts_at_its_offset_and_ends_at_its_limit()
    {
        await AppendMessagesAsync(10);

        Assert.Equal([4L, 5L, 6L], (await ReadAsync(4, limit: 3)).Events.Select(e => e.Offset));
        Assert.Equal([9L, 10L], (await ReadAsync(9)).Events.Select(e => e.Offset));
        Assert.Equal(10, (await ReadAsync(-5)).Events.Count);
        Assert.Empty((await ReadAsync(11)).Events);
        Assert.Empty((await ReadAsync(1, limit: 0)).Events);
    }

    [Fact]
    public async Task Heads_are_the_last_offsets_of_the_rooms_that_exist()
    {
        await AppendMessagesAsync(10);

        var heads = await Store.ReadHeadsAsync([Lobby, long.MaxValue], Cancel);

        Assert.Equal([(Lobby, 10L)], heads);
    }

    [Fact]
    public async Task A_sink_that_has_enough_stops_the_read_after_that_event()
    {
        await AppendMessagesAsync(10);

        var (events, ends) = await ReadAsync(2, stopAfter: 2);

        Assert.Equal([2L, 3L], events.Select(e => e.Offset));
        Assert.Equal(10, ends.LastOffset);
    }

    [Fact]
    public async Task A_read_that_starts_between_messages_finds_their_texts()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one"),
            TestAppend.Other(Lobby, TestUsers.Alice, EventKind.Topic),
            TestAppend.Message(Lobby, TestUsers.Bob, "two"),
            TestAppend.Edit(Lobby, TestUsers.Alice, 1, "one!"),
            TestAppend.Message(Lobby, TestUsers.Alice, "three"));

        var (events, _) = await ReadAsync(2);

        Assert.Equal(
            ["", """{"text":"two"}""", """{"text":"one!"}""", """{"text":"three"}"""], events.Select(e => e.Data));
        Assert.Equal(["alice", "bob", "alice", "alice"], events.Select(e => e.Actor));
    }

    [Theory]
    [InlineData(nameof(PageAnchor.Latest), 0, 3, new long[] { 8, 9, 10 })]
    [InlineData(nameof(PageAnchor.Latest), 0, 50, new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [InlineData(nameof(PageAnchor.Before), 5, 3, new long[] { 2, 3, 4 })]
    [InlineData(nameof(PageAnchor.Before), 2, 3, new long[] { 1 })]
    [InlineData(nameof(PageAnchor.Before), 1, 3, new long[0])]
    [InlineData(nameof(PageAnchor.Before), 99, 2, new long[] { 9, 10 })]
    [InlineData(nameof(PageAnchor.Before), long.MinValue, 2, new long[0])]
    [InlineData(nameof(PageAnchor.Before), long.MaxValue, 2, new long[] { 9, 10 })]
    [InlineData(nameof(PageAnchor.After), 5, 3, new long[] { 6, 7, 8 })]
    [InlineData(nameof(PageAnchor.After), 9, 3, new long[] { 10 })]
    [InlineData(nameof(PageAnchor.After), 10, 3, new long[0])]
    [InlineData(nameof(PageAnchor.After), long.MaxValue, 3, new long[0])]
    [InlineData(nameof(PageAnchor.After), long.MinValue, 2, new long[] { 1, 2 })]
    [InlineData(nameof(PageAnchor.Around), 5, 5, new long[] { 3, 4, 5, 6, 7 })]
    [InlineData(nameof(PageAnchor.Around), 5, 4, new long[] { 3, 4, 5, 6 })]
    [InlineData(nameof(PageAnchor.Around), 1, 4, new long[] { 1, 2, 3, 4 })]
    [InlineData(nameof(PageAnchor.Around), 10, 4, new long[] { 7, 8, 9, 10 })]
    [InlineData(nameof(PageAnchor.Around), 5, 1, new long[] { 5 })]
    [InlineData(nameof(PageAnchor.Around), 99, 3, new long[] { 8, 9, 10 })]
    [InlineData(nameof(PageAnchor.Around), -99, 2, new long[] { 1, 2 })]
    [InlineData(nameof(PageAnchor.Time), Now + 4, 2, new long[] { 4, 5 })]
    [InlineData(nameof(PageAnchor.Time), Now - 99, 2, new long[] { 1, 2 })]
    [InlineData(nameof(PageAnchor.Time), Now + 10, 2, new long[] { 10 })]
    [InlineData(nameof(PageAnchor.Time), Now + 11, 2, new long[0])]
    public async Task A_page_holds_what_its_anchor_says(string anchor, long value, int limit, long[] expected)
    {
        await AppendMessagesAsync(10);

        await AssertPageAsync(expected, Enum.Parse<PageAnchor>(anchor), value, limit);
    }

    [Fact]
    public async Task A_page_at_a_time_starts_at_the_first_of_several_with_that_time()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "1"),
            TestAppend.Message(Lobby, TestUsers.Alice, "2"),
            TestAppend.Message(Lobby, TestUsers.Alice, "3"));
        await AppendAsync(Now + 10, TestAppend.Message(Lobby, TestUsers.Alice, "4"));

        await AssertPageAsync([1L, 2L, 3L, 4L], PageAnchor.Time, Now);
        await AssertPageAsync([4L], PageAnchor.Time, Now + 1);
    }

    [Fact]
    public async Task A_page_shows_messages_as_they_are_now()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k"),
            TestAppend.Edit(Lobby, TestUsers.Alice, 1, "two"));

        var (page, ends) = await PageAsync(PageAnchor.Latest);

        Assert.Equal(
            [new(EventKind.Message, "lobby", 0, 1, Now, "alice", "k", """{"text":"two"}""", 2, false, "")], page);
        Assert.Equal((2L, 1L), (ends.LastOffset, ends.LastSeq));
    }

    [Fact]
    public async Task An_empty_room_has_empty_pages()
    {
        foreach (var anchor in Enum.GetValues<PageAnchor>())
        {
            await AssertPageAsync([], anchor, 1);
        }
    }

    [Fact]
    public async Task The_list_holds_public_rooms_and_joined_private_ones_in_order()
    {
        await CreateRoomAsync(20, "alpha", RoomKind.Private);
        await CreateRoomAsync(21, "beta", RoomKind.Private);
        await CreateRoomAsync(22, "zeta");
        await CreateRoomAsync(23, "banned");
        await AppendAsync(
            Now,
            TestAppend.Other(
                20, TestUsers.Bob, EventKind.Join, new RoomChange.OfMember(TestUsers.Bob, Joined: true)),
            TestAppend.Other(
                23, TestUsers.Owner, EventKind.Ban, new RoomChange.OfMember(TestUsers.Bob, BannedUntil: Now + 10)));

        Assert.Equal(["alpha", "lobby", "zeta"], await ListAsync(TestUsers.Bob, Now));
        Assert.Equal(["alpha", "banned", "lobby", "zeta"], await ListAsync(TestUsers.Bob, Now + 10));
        Assert.Equal(["banned", "lobby", "zeta"], await ListAsync(TestUsers.Carol, Now));
        Assert.Equal(["alpha", "lobby"], await ListAsync(TestUsers.Bob, Now, limit: 2));
        Assert.Equal(["zeta"], await ListAsync(TestUsers.Bob, Now, after: "lobby"));
        Assert.Equal(
            ["alpha", "banned", "beta", "lobby", "zeta"], await ListAsync(TestUsers.Carol, Now, all: true));
        Assert.Equal(["lobby", "alpha"], await ListAsync(TestUsers.Bob, Now, after: "zeta", isBack: true));
        Assert.Equal(["lobby"], await ListAsync(TestUsers.Bob, Now, after: "zeta", limit: 1, isBack: true));
        Assert.Equal(
            ["beta", "banned"], await ListAsync(TestUsers.Carol, Now, "lobby", limit: 2, all: true, isBack: true));
        Assert.Equal(["alpha"], await ListAsync(TestUsers.Bob, Now, show: RoomShow.Joined));
        Assert.Empty(await ListAsync(TestUsers.Bob, Now + 10, after: "alpha", isBack: true, show: RoomShow.Joined));
        var listing = await Store.ListRoomsAsync(
            new RoomQuery { UserId = TestUsers.Bob, Limit = 1, Now = Now }, Cancel);
        Assert.True(listing[0].Membership.Joined);
    }

    [Fact]
    public async Task Readers_beside_a_writer_see_whole_batches_in_order()
    {
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            long seen = 0;
            while (!done.IsCancellationRequested)
            {
                var (events, ends) = await ReadAsync(seen + 1, limit: 64);
                Assert.Equal(0, ends.LastOffset % 3);
                Assert.Equal(Enumerable.Range(1, events.Count).Select(n => seen + n), events.Select(e => e.Offset));
                seen += events.Count;
            }

            return seen;
        })).ToArray();

        for (var round = 0; round < 100; round++)
        {
            await AppendAsync(
                Now,
                TestAppend.Message(Lobby, TestUsers.Alice, "one"),
                TestAppend.Message(Lobby, TestUsers.Bob, "two"),
                TestAppend.Other(Lobby, TestUsers.Bob, EventKind.Topic));
            Assert.Equal((round + 1) * 3, (await ReadAsync(1, limit: 1)).Ends.LastOffset);
        }

        await done.CancelAsync();
        // A reader that saw a torn batch or a hole has failed its task.
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
    }

    [Theory]
    [InlineData(1, 3, 9, new long[] { 9, 7, 5, 4, 1 })]
    [InlineData(1, 1, 9, new long[] { 1 })]
    [InlineData(2, 2, 9, new long[] { 5, 4 })]
    [InlineData(2, 3, 2, new long[] { 9, 7 })]
    [InlineData(0, 0, 9, new long[] { 1 })]
    public async Task Notices_are_those_between_the_messages_of_a_page(
        long firstSeq, long lastSeq, int limit, long[] expected)
    {
        await AppendAsync(
            Now,
            TestAppend.Other(Lobby, TestUsers.Alice, EventKind.Topic),
            TestAppend.Message(Lobby, TestUsers.Alice, "one"),
            TestAppend.Message(Lobby, TestUsers.Bob, "two"),
            TestAppend.Other(Lobby, TestUsers.Bob, EventKind.Topic, detail: "\"topic\":\"x\""),
            TestAppend.Other(Lobby, TestUsers.Bob, EventKind.Topic),
            TestAppend.Message(Lobby, TestUsers.Alice, "three"),
            TestAppend.Other(Lobby, TestUsers.Bob, EventKind.Topic),
            TestAppend.React(Lobby, TestUsers.Bob, 1, "+1"),
            TestAppend.Other(Lobby, TestUsers.Bob, EventKind.Topic));
        var sink = new RecordingSink();

        var ends = await Store.ReadNoticesAsync(Lobby, firstSeq, lastSeq, limit, sink, Cancel);

        Assert.Equal(expected, sink.Events.Select(e => e.Offset));
        Assert.Equal(
            expected.Select(static offset => offset switch { 1 => 0L, 4 or 5 => 2L, _ => 3L }),
            sink.Events.Select(e => e.Seq));
        Assert.Equal(9, ends.LastOffset);
    }

    [Fact]
    public async Task A_store_that_works_is_healthy()
    {
        Assert.True(await Store.IsHealthyAsync(Cancel));
    }

    private async Task<string[]> ListAsync(
        long userId,
        long now,
        string? after = null,
        int limit = 50,
        bool all = false,
        bool isBack = false,
        RoomShow show = RoomShow.Visible)
    {
        var query = new RoomQuery
        {
            UserId = userId,
            All = all,
            Show = show,
            Key = after ?? "",
            IsBack = isBack,
            Limit = limit,
            Now = now,
        };
        return [.. (await Store.ListRoomsAsync(query, Cancel)).Select(row => row.Room.NameKey)];
    }
}
