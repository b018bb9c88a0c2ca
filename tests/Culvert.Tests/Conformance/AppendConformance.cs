using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Conformance;

/// <summary>Appending: numbers, keys, conditions, all or nothing.</summary>
public abstract class AppendConformance : RoomStoreSuite
{
    [Fact]
    public async Task Append_assigns_contiguous_offsets_and_numbers()
    {
        var first = TestAppend.Message(Lobby, TestUsers.Alice, "one");
        var second = TestAppend.Other(Lobby, TestUsers.Alice, EventKind.Topic, detail: "\"topic\":\"x\"");
        var third = TestAppend.Message(Lobby, TestUsers.Bob, "two", key: "k");

        await AppendAsync(Now, first, second, third);

        Assert.Equal((AppendOutcome.Committed, 1L, 1L, 1), (first.Outcome, first.Offset, first.Seq, first.Rev));
        Assert.Equal((AppendOutcome.Committed, 2L, 0L), (second.Outcome, second.Offset, second.Seq));
        Assert.Equal((AppendOutcome.Committed, 3L, 2L, 1), (third.Outcome, third.Offset, third.Seq, third.Rev));
        var (events, ends) = await ReadAsync(1);
        Assert.Equal(
            [
                new(EventKind.Message, "lobby", 1, 1, Now, "alice", "", """{"text":"one"}""", 1, false, ""),
                new(EventKind.Topic, "lobby", 2, 0, Now, "alice", "", "", 0, false, "\"topic\":\"x\""),
                new(EventKind.Message, "lobby", 3, 2, Now, "bob", "k", """{"text":"two"}""", 1, false, ""),
            ],
            events);
        Assert.Equal(new LogEnds("epoch10", 1, 3, 1, 2, "retention"), ends);
    }

    [Fact]
    public async Task Append_by_the_server_itself_has_no_actor()
    {
        await AppendAsync(Now, TestAppend.Other(Lobby, 0, EventKind.Settings));

        Assert.Equal("", Assert.Single((await ReadAsync(1)).Events).Actor);
    }

    [Fact]
    public async Task A_key_used_again_with_the_same_data_returns_the_original()
    {
        var original = TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k1");
        await AppendAsync(Now, original);
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Bob, "between"));
        var retry = TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k1");

        await AppendAsync(Now + 5, retry);

        Assert.Equal(
            (AppendOutcome.Duplicate, original.Offset, original.Seq, original.At),
            (retry.Outcome, retry.Offset, retry.Seq, retry.At));
        Assert.Equal(2, (await ReadAsync(1)).Ends.LastOffset);
    }

    [Fact]
    public async Task A_key_used_again_with_other_data_is_a_conflict()
    {
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k1"));
        var other = TestAppend.Message(Lobby, TestUsers.Alice, "two", key: "k1");

        await AppendAsync(Now, other);

        Assert.Equal(AppendOutcome.Conflict, other.Outcome);
        Assert.Equal(1, (await ReadAsync(1)).Ends.LastOffset);
    }

    [Fact]
    public async Task A_key_belongs_to_its_room_and_sender()
    {
        await CreateRoomAsync(11, "other");
        var appends = new Append[]
        {
            TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k"),
            TestAppend.Message(Lobby, TestUsers.Bob, "two", key: "k"),
            TestAppend.Message(11, TestUsers.Alice, "three", key: "k"),
        };

        await AppendAsync(Now, appends);

        Assert.All(appends, append => Assert.Equal(AppendOutcome.Committed, append.Outcome));
    }

    [Fact]
    public async Task A_key_repeated_within_a_batch_is_recognised()
    {
        var first = TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k");
        var same = TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k");
        var other = TestAppend.Message(Lobby, TestUsers.Alice, "two", key: "k");
        var last = TestAppend.Message(Lobby, TestUsers.Alice, "three", key: "l");

        await AppendAsync(Now, first, same, other, last);

        Assert.Equal((AppendOutcome.Duplicate, first.Offset, first.Seq), (same.Outcome, same.Offset, same.Seq));
        Assert.Equal(AppendOutcome.Conflict, other.Outcome);
        Assert.Equal((AppendOutcome.Committed, 2L, 2L), (last.Outcome, last.Offset, last.Seq));
    }

    [Fact]
    public async Task A_key_is_compared_with_the_text_as_it_was_first_sent()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k"),
            TestAppend.Edit(Lobby, TestUsers.Alice, 1, "edited"));
        var retry = TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k");
        var edited = TestAppend.Message(Lobby, TestUsers.Alice, "edited", key: "k");

        await AppendAsync(Now, retry, edited);

        Assert.Equal(AppendOutcome.Duplicate, retry.Outcome);
        Assert.Equal(AppendOutcome.Conflict, edited.Outcome);
    }

    [Fact]
    public async Task A_key_of_an_erased_message_is_a_duplicate_whatever_the_data()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k"),
            TestAppend.Erase(Lobby, TestUsers.Alice, 1));
        var retry = TestAppend.Message(Lobby, TestUsers.Alice, "something else", key: "k");

        await AppendAsync(Now + 9, retry);

        Assert.Equal(
            (AppendOutcome.Duplicate, 1L, 1L, Now), (retry.Outcome, retry.Offset, retry.Seq, retry.At));
    }

    [Fact]
    public async Task A_condition_compares_with_the_last_offset_at_its_turn()
    {
        var first = TestAppend.Message(Lobby, TestUsers.Alice, "one", ifOffset: 0);
        var late = TestAppend.Message(Lobby, TestUsers.Bob, "two", ifOffset: 0);
        var next = TestAppend.Message(Lobby, TestUsers.Bob, "three", ifOffset: 1);

        await AppendAsync(Now, first, late, next);

        Assert.Equal(AppendOutcome.Committed, first.Outcome);
        Assert.Equal(AppendOutcome.OffsetMismatch, late.Outcome);
        Assert.Equal((AppendOutcome.Committed, 2L), (next.Outcome, next.Offset));
    }

    [Fact]
    public async Task A_retry_of_a_conditional_publish_is_a_duplicate_not_a_mismatch()
    {
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k", ifOffset: 0));
        var retry = TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k", ifOffset: 0);

        await AppendAsync(Now, retry);

        Assert.Equal((AppendOutcome.Duplicate, 1L), (retry.Outcome, retry.Offset));
    }

    [Fact]
    public async Task A_room_that_does_not_exist_is_refused_alone()
    {
        var lost = TestAppend.Message(999, TestUsers.Alice, "one");
        var kept = TestAppend.Message(Lobby, TestUsers.Alice, "two");

        await AppendAsync(Now, lost, kept);

        Assert.Equal(AppendOutcome.NoSuchRoom, lost.Outcome);
        Assert.Equal((AppendOutcome.Committed, 1L), (kept.Outcome, kept.Offset));
        Assert.Equal(("", 0), await EndsOfAsync(999));
    }

    [Fact]
    public async Task Times_never_decrease_within_a_room_when_the_clock_goes_back()
    {
        await CreateRoomAsync(11, "other");
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "one"));
        var later = TestAppend.Message(Lobby, TestUsers.Alice, "two");
        var elsewhere = TestAppend.Message(11, TestUsers.Alice, "three");

        await AppendAsync(Now - 60_000, later, elsewhere);

        Assert.Equal(Now, later.At);
        Assert.Equal(Now - 60_000, elsewhere.At);
        Assert.Equal([Now, Now], (await ReadAsync(1)).Events.Select(e => e.At));
    }

    [Fact]
    public async Task A_batch_that_fails_leaves_nothing_and_can_be_sent_again()
    {
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "before"));
        await SetFullAsync(true);
        var batch = Enumerable.Range(0, 50)
            .Select(number => TestAppend.Message(Lobby, TestUsers.Alice, new string('x', 4000), key: $"k{number}"))
            .ToArray<Append>();

        var failure = await Assert.ThrowsAsync<StoreException>(() => AppendAsync(Now, batch).AsTask());

        Assert.True(failure.IsFull);
        Assert.All(batch, append => Assert.Equal(AppendOutcome.None, append.Outcome));
        await SetFullAsync(false);
        Assert.Equal(1, (await ReadAsync(1)).Ends.LastOffset);
        await AppendAsync(Now, batch);
        Assert.All(batch, append => Assert.Equal(AppendOutcome.Committed, append.Outcome));
        Assert.Equal(Enumerable.Range(1, 51).Select(n => (long)n), (await ReadAsync(1)).Events.Select(e => e.Offset));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Numbers_stay_contiguous_under_mixed_batches(int seed)
    {
        var random = new Random(seed);
        await CreateRoomAsync(11, "other");
        var lastOffsets = new Dictionary<long, long> { [Lobby] = 0, [11] = 0 };

        for (var round = 0; round < 40; round++)
        {
            var batch = Enumerable.Range(0, random.Next(1, 12)).Select(_ => RandomAppend(random)).ToArray<Append>();
            await AppendAsync(Now + random.Next(-5, 5), batch);

            foreach (var append in batch)
            {
                Assert.NotEqual(AppendOutcome.None, append.Outcome);
                if (append.Outcome == AppendOutcome.Committed)
                {
                    Assert.Equal(++lastOffsets[append.RoomId], append.Offset);
                }
            }
        }

        foreach (var (room, lastOffset) in lastOffsets)
        {
            var (events, ends) = await ReadAsync(1, roomId: room);
            var seqs = events.Where(e => e.Kind == EventKind.Message).Select(e => e.Seq);
            Assert.Equal(Enumerable.Range(1, (int)lastOffset).Select(n => (long)n), events.Select(e => e.Offset));
            Assert.Equal(Enumerable.Range(1, (int)ends.LastSeq).Select(n => (long)n), seqs);
            Assert.Equal(events.Select(e => e.At).Order(), events.Select(e => e.At));
        }
    }

    private static TestAppend RandomAppend(Random random)
    {
        var room = random.Next(2) == 0 ? Lobby : 11;
        var user = random.Next(2) == 0 ? TestUsers.Alice : TestUsers.Bob;
        return random.Next(6) switch
        {
            0 => TestAppend.Edit(room, user, random.Next(1, 60), "edited", ownOnly: random.Next(2) == 0),
            1 => TestAppend.Erase(room, user, random.Next(1, 60)),
            2 => TestAppend.React(room, user, random.Next(1, 60), "👍", random.Next(2) == 0),
            3 => TestAppend.Message(room, user, $"t{random.Next(3)}", key: $"k{random.Next(20)}"),
            4 => TestAppend.Other(room, user, EventKind.Topic, new RoomChange.OfSettings(Topic: "t")),
            _ => TestAppend.Message(room, user, "plain"),
        };
    }

    private async Task<(string Epoch, int Count)> EndsOfAsync(long roomId)
    {
        var (events, ends) = await ReadAsync(1, roomId: roomId);
        return (ends.Epoch, events.Count);
    }
}
