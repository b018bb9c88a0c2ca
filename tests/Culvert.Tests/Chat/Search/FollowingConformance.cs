using Culvert.Chat.Storage.Sql;
using Culvert.Chat.Uploads;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Chat.Search;

/// <summary>Following a log by hand, a step at a time, on any engine.</summary>
public abstract class FollowingConformance
{
    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's database, a new one or the one of before.</summary>
    internal abstract Task<FollowedRoom> OpenAsync();

    [Fact]
    public async Task A_log_is_followed_in_steps_from_where_it_was_left_after_a_restart()
    {
        await using (var first = await OpenAsync())
        {
            await first.SayAsync("one apple", "two apples", "three apples");
            Assert.Equal(2, await first.StepAsync(limit: 2));
            Assert.Equal([1L], await first.Index.ListDueAsync(10, Cancel));
        }

        await using var again = await OpenAsync();

        Assert.Equal(1, await again.StepAsync(limit: 100));
        Assert.Equal(0, await again.StepAsync(limit: 100));
        Assert.Equal((long[])[3, 2, 1], await again.FindAsync("apple"));
        Assert.Empty(await again.Index.ListDueAsync(10, Cancel));
    }

    [Fact]
    public async Task What_a_clear_takes_away_is_found_no_more()
    {
        await using var room = await OpenAsync();
        await room.SayAsync("an apple", "an apple");
        await room.StepAsync(100);

        await room.AppendAsync(EventKind.Clear, new RoomChange.OfClear());
        await room.SayAsync("another apple");
        await room.FollowAsync();

        Assert.Equal((long[])[3], await room.FindAsync("apple"));
        Assert.Empty(await room.Index.ListDueAsync(10, Cancel));
    }

    [Fact]
    public async Task A_log_with_a_new_epoch_is_followed_from_its_beginning()
    {
        await using var room = await OpenAsync();
        await room.SayAsync("an apple", "a pear");
        await room.FollowAsync();

        await room.Database.WriteAsync(
            session => session.Prepare("update rooms set epoch = 'second'").Run(), null, Cancel);
        await room.FollowAsync();

        Assert.Equal((long[])[1], await room.FindAsync("apple"));
        Assert.Equal("second", (await room.Index.FindPositionAsync(1, Cancel))?.Epoch);
    }

    [Fact]
    public async Task A_room_that_is_gone_takes_everything_along()
    {
        await using var room = await OpenAsync();
        await room.SayAsync("an apple");
        var id = FileNames.NewId();
        var files = new SqlFileStore(room.Database);
        await files.AddAsync(
            new FileRecord { Id = id, RoomId = 1, UserId = 2, Name = "a", Type = "b", Size = 5, CreatedAt = 1 },
            Cancel);
        await room.FollowAsync();

        await room.Database.WriteAsync(session => session.Prepare("delete from rooms").Run(), null, Cancel);
        Assert.Equal([1L], await room.Index.ListDueAsync(10, Cancel));
        await room.FollowAsync();

        Assert.Empty(await room.Index.ListDueAsync(10, Cancel));
        Assert.Equal([(id, 5L)], await files.ListDroppedAsync(10, Cancel));
        Assert.Null(await files.FindAsync(id, Cancel));
    }

    [Theory]
    [InlineData("apple", 3, 2, 1)]
    [InlineData("\"two red apples\"", 2)]
    [InlineData("\"red two\"")]
    [InlineData("red pears", 3)]
    [InlineData("from:alice green", 1)]
    [InlineData("from:bob green")]
    [InlineData("from:bob from:alice pears", 3)]
    public async Task Words_phrases_and_authors_are_found(string query, params int[] seqs)
    {
        await using var room = await OpenAsync();
        await room.SayAsync("a green apple", "two red apples", "an apple, red pears");
        await room.FollowAsync();

        Assert.Equal(seqs.Select(static seq => (long)seq), await room.FindAsync(query));
    }

    [Fact]
    public async Task An_edited_text_is_found_by_its_new_words_only()
    {
        await using var room = await OpenAsync();
        await room.SayAsync("an apple");
        await room.FollowAsync();

        await room.EditAsync(1, "a pear");
        await room.FollowAsync();

        Assert.Empty(await room.FindAsync("apple"));
        Assert.Equal((long[])[1], await room.FindAsync("pear"));
    }
}
