using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;

namespace Culvert.Tests.Storage;

/// <summary>Backup while a server writes, restore, and what the verifier finds.</summary>
public sealed class SqliteBackupTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Source => _directory.File("data");

    private string Target => _directory.File("backup.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_backup_under_load_is_one_consistent_moment()
    {
        var (database, store) = await SqliteFixture.CreateAsync(Source, rooms: 3);
        using var done = new CancellationTokenSource();
        await AppendAsync(store, 40);
        var load = AppendUntilAsync(store, done.Token);
        var reports = new List<StoreProgress>();

        await SqliteBackup.RunAsync(Source, Target, reports.Add, SqliteFixture.Cancel);

        await done.CancelAsync();
        await load;
        await database.DisposeAsync();
        Assert.Contains(reports, report => report.Step == "copying" && report.Done == report.Total);
        Assert.Contains(reports, report => report.Step == "verifying" && report.Done == report.Total);
        Assert.Equal(["backup.db"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName));
        var report = SqliteVerify.Run(Target, null, SqliteFixture.Cancel);
        Assert.Empty(report.Problems);
        Assert.Equal(3, report.Rooms);
        Assert.True(report.Messages >= 3 * 40 * 20);
    }

    [Fact]
    public async Task A_restored_backup_gives_every_room_a_new_epoch_once()
    {
        var (database, store) = await SqliteFixture.CreateAsync(Source, rooms: 2);
        await AppendAsync(store, 1, rooms: 2);
        await SqliteBackup.RunAsync(Source, Target, null, SqliteFixture.Cancel);
        var restored = Directory.CreateDirectory(_directory.File("restored")).FullName;
        File.Copy(Target, Path.Combine(restored, SqliteFiles.DatabaseName));

        var first = await EpochsAsync(restored);
        var second = await EpochsAsync(restored);

        Assert.Equal(2, first.Distinct().Count());
        Assert.DoesNotContain("first", first);
        Assert.All(first, epoch => Assert.DoesNotContain('-', epoch));
        Assert.Equal(first, second);
        Assert.Equal("first", (await store.FindRoomAsync("room1", SqliteFixture.Cancel))?.Epoch);
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_backup_never_overwrites()
    {
        await SqliteFixture.Open(Source).DisposeAsync();
        await File.WriteAllTextAsync(Target, "precious", SqliteFixture.Cancel);

        var refusal = await Assert.ThrowsAsync<StoreOpenException>(
            () => SqliteBackup.RunAsync(Source, Target, null, SqliteFixture.Cancel));

        Assert.Contains("never overwrites", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(Target, SqliteFixture.Cancel));
    }

    [Fact]
    public async Task A_backup_needs_a_database_and_a_place()
    {
        var absent = await Assert.ThrowsAsync<StoreOpenException>(
            () => SqliteBackup.RunAsync(Source, Target, null, SqliteFixture.Cancel));
        await SqliteFixture.Open(Source).DisposeAsync();
        var nowhere = await Assert.ThrowsAsync<StoreOpenException>(
            () => SqliteBackup.RunAsync(Source, _directory.File("no/such.db"), null, SqliteFixture.Cancel));

        Assert.Contains("There is no database", absent.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be written", nowhere.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_backup_leaves_nothing()
    {
        await SqliteFixture.Open(Source).DisposeAsync();
        using var cancelled = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SqliteBackup.RunAsync(
            Source,
            Target,
            report =>
            {
                Assert.NotEqual("verifying", report.Step);
                cancelled.Cancel();
            },
            cancelled.Token));

        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Theory]
    [InlineData("delete from room_events where room_id = 1 and log_offset = 5", "lacks events 5 to 5")]
    [InlineData("delete from messages where room_id = 1 and seq = 7", "lacks messages 7 to 7")]
    [InlineData("delete from messages where room_id = 1 and seq = 20", "its last message is 20, but it is 19")]
    [InlineData("delete from room_events where room_id = 1 and log_offset = 20", "says that its last offset is 20")]
    [InlineData("update rooms set last_offset = 21 where id = 1", "says that its last offset is 21, but it is 20")]
    [InlineData("update rooms set last_seq = 19 where id = 1", "says that its last message number is 19")]
    [InlineData("update rooms set last_at = 9 where id = 1", "says that its last event is of 9, but it is of 1")]
    [InlineData("update rooms set floor_offset = 99 where id = 1", "has its floor at offset 99")]
    [InlineData("update rooms set epoch = 'a-b' where id = 1", "has the epoch 'a-b'")]
    [InlineData("update room_events set at = 0 where room_id = 1 and log_offset = 9", "goes back in time at event 9")]
    [InlineData("update room_events set seq = 4 where room_id = 1 and log_offset = 3", "has message 4 at event 3")]
    [InlineData("update messages set text_id = null where room_id = 1 and seq = 3", "has message 3 half erased")]
    [InlineData("update texts set key_hash = null where id = 3", "has message 3 half erased")]
    [InlineData("update messages set log_offset = 1 where room_id = 1 and seq = 3", "has message 3 without its event")]
    [InlineData("insert into room_events values (7, 1, 0, 1, 1, 1, 1, null)", "events of rooms that do not exist")]
    [InlineData("update texts set dead = 1 where id = 3", "has message 3 without its text")]
    [InlineData("insert into texts values (99, 0, null, x'00')", "texts without a message")]
    [InlineData("insert into messages values (7, 1, 1, 1, 1, 1, null, null, null, null)",
        "messages of rooms that do not exist")]
    [InlineData("insert into reactions values (1, 99, 'x', 1, 1)", "reactions to messages that do not exist")]
    [InlineData("insert into memberships values (1, 99, 1, 0, 0, 0, 0, 0)", "memberships of users that do not exist")]
    [InlineData("insert into memberships values (1, 3, 1, 0, 21, 0, 0, 0)", "read up to message 21")]
    [InlineData("delete from users where id = 2", "messages of authors that do not exist")]
    public async Task The_verifier_finds_a_planted_fault(string fault, string problem)
    {
        var (database, store) = await SqliteFixture.CreateAsync(Source);
        await AppendAsync(store, 1, rooms: 1);
        await database.DisposeAsync();
        Assert.Empty(SqliteVerify.Run(Source, null, SqliteFixture.Cancel).Problems);

        SqliteFixture.Execute(Path.Combine(Source, SqliteFiles.DatabaseName), fault);

        Assert.Contains(
            SqliteVerify.Run(Source, null, SqliteFixture.Cancel).Problems,
            found => found.Contains(problem, StringComparison.Ordinal));
        var refusal = await Assert.ThrowsAsync<StoreOpenException>(
            () => SqliteBackup.RunAsync(Source, Target, null, SqliteFixture.Cancel));
        Assert.Contains("problem", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task The_verifier_finds_damaged_pages()
    {
        var (database, store) = await SqliteFixture.CreateAsync(Source);
        await AppendAsync(store, 20, rooms: 1);
        await database.DisposeAsync();
        var file = Path.Combine(Source, SqliteFiles.DatabaseName);
        using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write))
        {
            stream.Position = stream.Length - 8192;
            stream.Write(Enumerable.Repeat((byte)0xa5, 8192).ToArray());
        }

        Assert.NotEmpty(SqliteVerify.Run(Source, null, SqliteFixture.Cancel).Problems);
    }

    [Fact]
    public void The_verifier_says_when_there_is_nothing_to_verify()
    {
        Assert.Throws<StoreOpenException>(() => SqliteVerify.Run(Source, null, SqliteFixture.Cancel));
        File.WriteAllText(Target, new string('x', 10_000));
        Assert.Throws<StoreOpenException>(() => SqliteVerify.Run(Target, null, SqliteFixture.Cancel));
    }

    /// <summary>Batches of 20 keyed messages into each room.</summary>
    private static async Task AppendAsync(SqlRoomStore store, int batches, int rooms = 3)
    {
        for (var batch = 0; batch < batches; batch++)
        {
            for (var room = 1; room <= rooms; room++)
            {
                var messages = Enumerable.Range(0, 20)
                    .Select(_ => TestAppend.Message(room, TestUsers.Alice, "text", key: Guid.NewGuid().ToString()));
                await store.AppendAsync([.. messages], 1, SqliteFixture.Cancel);
            }
        }
    }

    private static async Task AppendUntilAsync(SqlRoomStore store, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await AppendAsync(store, 1);
        }
    }

    private static async Task<string[]> EpochsAsync(string directory)
    {
        await using var database = SqliteFixture.Open(directory);
        var rooms = await new SqlRoomStore(database).ListRoomsAsync(
            new RoomQuery { UserId = 1, All = true, Limit = 10, Now = 1 }, SqliteFixture.Cancel);
        return [.. rooms.Select(row => row.Room.Epoch)];
    }
}
