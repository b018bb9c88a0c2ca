using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Conformance;

/// <summary>
/// What every engine of <see cref="IRoomStore"/> must do: this class adds clearing and retention to what it inherits.
/// An engine's tests derive from it and run all of it.
/// </summary>
public abstract class RoomStoreConformance : RoomConformance
{
    [Fact]
    public async Task Clear_moves_the_floor_to_its_own_event()
    {
        await AppendMessagesAsync(5);
        var clear = Clear();
        var after = TestAppend.Message(Lobby, TestUsers.Alice, "after");

        await AppendAsync(Now + 10, clear, after);

        Assert.Equal((6L, 0L), (clear.Offset, clear.Seq));
        Assert.Equal((7L, 6L), (after.Offset, after.Seq));
        var (events, ends) = await ReadAsync(1);
        Assert.Equal([6L, 7L], events.Select(e => e.Offset));
        Assert.Equal(new LogEnds("epoch10", 6, 7, 6, 6, "cleared"), ends);
        await AssertPageAsync([6L], PageAnchor.Latest);
        await AssertPageAsync([6L], PageAnchor.After, 2);
        await AssertPageAsync([6L], PageAnchor.Around, 3);
        await AssertPageAsync([6L], PageAnchor.Time, 0);
        await AssertPageAsync([], PageAnchor.Before, 6);
    }

    [Fact]
    public async Task What_was_cleared_can_no_longer_be_changed()
    {
        await AppendMessagesAsync(2);
        var edit = TestAppend.Edit(Lobby, TestUsers.Alice, 2, "late");
        var erase = TestAppend.Erase(Lobby, TestUsers.Alice, 1);

        await AppendAsync(Now + 10, Clear(), edit, erase);

        Assert.Equal(AppendOutcome.NoSuchMessage, edit.Outcome);
        Assert.Equal(AppendOutcome.NoSuchMessage, erase.Outcome);
    }

    [Fact]
    public async Task Trimming_deletes_cleared_rows_in_bounded_steps()
    {
        await AppendMessagesAsync(10);
        await AppendAsync(Now + 20, TestAppend.React(Lobby, TestUsers.Bob, 3, "👍"), Clear());
        Assert.Equal([Lobby], await Store.ListTrimmableAsync(Cancel));

        var steps = 1;
        TrimResult result;
        for (; (result = await Store.TrimAsync(Lobby, Now + 30, 6, Cancel)).More; steps++)
        {
            Assert.True(steps < 10);
        }

        Assert.InRange(steps, 3, 6);
        Assert.Equal(new LogEnds("epoch10", 12, 12, 11, 10, "cleared"), result.Ends);
        Assert.Empty(await Store.ListTrimmableAsync(Cancel));
        Assert.Equal([12L], (await ReadAsync(1)).Events.Select(e => e.Offset));
    }

    [Fact]
    public async Task A_trimmed_key_is_free_again()
    {
        await AppendAsync(Now, TestAppend.Message(Lobby, TestUsers.Alice, "one", key: "k"), Clear());
        await TrimAllAsync(Now);
        var again = TestAppend.Message(Lobby, TestUsers.Alice, "two", key: "k");

        await AppendAsync(Now, again);

        Assert.Equal((AppendOutcome.Committed, 3L, 2L), (again.Outcome, again.Offset, again.Seq));
    }

    [Fact]
    public async Task Retention_by_count_keeps_the_newest_events()
    {
        await AppendMessagesAsync(10);
        await AppendAsync(
            Now + 20,
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Settings, new RoomChange.OfSettings(RetainEvents: 4)));

        var result = await TrimAllAsync(Now + 20);

        Assert.Equal(new LogEnds("epoch10", 8, 11, 8, 10, "retention"), result.Ends);
        Assert.Equal([8L, 9L, 10L, 11L], (await ReadAsync(1)).Events.Select(e => e.Offset));
        await AssertPageAsync([8L, 9L, 10L], PageAnchor.Latest);
        Assert.Equal([Lobby], await Store.ListTrimmableAsync(Cancel));
    }

    [Fact]
    public async Task Retention_by_age_drops_what_is_older()
    {
        await AppendMessagesAsync(10);
        await AppendAsync(
            Now + 20,
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Settings, new RoomChange.OfSettings(RetainMilliseconds: 100)));

        var some = await TrimAllAsync(Now + 105);

        Assert.Equal((5L, 5L), (some.Ends.FloorOffset, some.Ends.FloorSeq));
        var all = await TrimAllAsync(Now + 1000);
        Assert.Equal(new LogEnds("epoch10", 12, 11, 11, 10, "retention"), all.Ends);
        Assert.Empty((await ReadAsync(1)).Events);
        await AssertPageAsync([], PageAnchor.Latest);
    }

    [Fact]
    public async Task A_log_that_lost_everything_goes_on_with_the_next_numbers()
    {
        await AppendMessagesAsync(3);
        await AppendAsync(
            Now + 3,
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Settings, new RoomChange.OfSettings(RetainMilliseconds: 1)));
        await TrimAllAsync(Now + 1000);
        var next = TestAppend.Message(Lobby, TestUsers.Alice, "next");

        await AppendAsync(Now + 1000, next);

        Assert.Equal((5L, 4L), (next.Offset, next.Seq));
        Assert.Equal([5L], (await ReadAsync(1)).Events.Select(e => e.Offset));
    }

    [Fact]
    public async Task An_edit_of_a_message_below_the_floor_replays_without_its_text()
    {
        await AppendAsync(
            Now,
            TestAppend.Message(Lobby, TestUsers.Alice, "one"),
            TestAppend.Edit(Lobby, TestUsers.Alice, 1, "two"),
            TestAppend.Other(
                Lobby, TestUsers.Owner, EventKind.Settings, new RoomChange.OfSettings(RetainEvents: 2)));

        await Store.TrimAsync(Lobby, Now, 0, Cancel);

        var (events, _) = await ReadAsync(1);
        Assert.Equal(
            [(EventKind.Edit, true, ""), (EventKind.Settings, false, "")],
            events.Select(e => (e.Kind, e.Erased, e.Data)));
    }

    [Fact]
    public async Task Trimming_a_room_that_does_not_exist_does_nothing()
    {
        Assert.False((await Store.TrimAsync(999, Now, 10, Cancel)).More);
    }

    private static TestAppend Clear() =>
        TestAppend.Other(Lobby, TestUsers.Owner, EventKind.Clear, new RoomChange.OfClear());

    private async Task<TrimResult> TrimAllAsync(long now)
    {
        TrimResult result;
        do
        {
            result = await Store.TrimAsync(Lobby, now, 100, Cancel);
        }
        while (result.More);
        return result;
    }
}
