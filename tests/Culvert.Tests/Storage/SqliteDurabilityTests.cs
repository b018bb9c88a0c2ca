using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sqlite;

namespace Culvert.Tests.Storage;

/// <summary>Erased text, full disks, works that fail.</summary>
public sealed class SqliteDurabilityTests : IDisposable
{
    private const string Secret = "s3cret-";

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Erased_text_is_nowhere_in_the_directory(int seed)
    {
        var random = new Random(seed);
        var (database, store) = await SqliteFixture.CreateAsync(_directory.Path, rooms: 5);
        var secrets = new List<(long Room, long Seq)>();
        for (var batch = 0; batch < 60; batch++)
        {
            // Rooms by turns and texts of every size up to several pages make the trees split in all places.
            var appends = Enumerable.Range(0, 20).Select(_ => RandomMessage(random)).ToArray<Append>();
            await store.AppendAsync(appends, batch, SqliteFixture.Cancel);
            secrets.AddRange(appends.Where(IsSecret).Select(append => (append.RoomId, append.Seq)));
        }

        Assert.NotEmpty(SqliteFixture.FilesWith(_directory.Path, Secret));
        foreach (var (room, seq) in secrets.OrderBy(_ => random.Next()))
        {
            var change = random.Next(4) == 0
                ? TestAppend.Edit(room, 0, seq, "harmless", ownOnly: false)
                : TestAppend.Erase(room, 0, seq);
            await store.AppendAsync([change], 100, SqliteFixture.Cancel);
            Assert.Equal(AppendOutcome.Committed, change.Outcome);
        }

        await database.RequestErasure().WaitAsync(TimeSpan.FromMinutes(1), SqliteFixture.Cancel);

        Assert.Empty(SqliteFixture.FilesWith(_directory.Path, Secret));
        await database.DisposeAsync();
        Assert.Empty(SqliteFixture.FilesWith(_directory.Path, Secret));
        Assert.Empty(SqliteVerify.Run(_directory.Path, null, SqliteFixture.Cancel).Problems);
    }

    [Fact]
    public async Task Cleared_text_is_nowhere_after_trimming()
    {
        var (database, store) = await SqliteFixture.CreateAsync(_directory.Path);
        var appends = Enumerable.Range(0, 200).Select(n => TestAppend.Message(1, TestUsers.Alice, Secret + n));
        await store.AppendAsync([.. appends], 1, SqliteFixture.Cancel);
        var clear = TestAppend.Other(
            1, TestUsers.Owner, Protocol.Rooms.EventKind.Clear, new RoomChange.OfClear());
        await store.AppendAsync([clear], 2, SqliteFixture.Cancel);

        while ((await store.TrimAsync(1, 3, 64, SqliteFixture.Cancel)).More)
        {
        }

        await database.RequestErasure().WaitAsync(TimeSpan.FromMinutes(1), SqliteFixture.Cancel);
        Assert.Empty(SqliteFixture.FilesWith(_directory.Path, Secret));
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Space_of_trimmed_text_is_reclaimed_and_its_neighbours_can_still_be_erased()
    {
        var (database, store) = await SqliteFixture.CreateAsync(_directory.Path, rooms: 2);
        for (var batch = 0; batch < 20; batch++)
        {
            var bulk = Enumerable.Range(0, 200)
                .Select(_ => TestAppend.Message(1, TestUsers.Alice, new string('x', 2000)));
            await store.AppendAsync([.. bulk], 1, SqliteFixture.Cancel);
            await store.AppendAsync([TestAppend.Message(2, TestUsers.Alice, Secret)], 1, SqliteFixture.Cancel);
        }

        var clear = TestAppend.Other(
            1, TestUsers.Owner, Protocol.Rooms.EventKind.Clear, new RoomChange.OfClear());
        await store.AppendAsync([clear], 2, SqliteFixture.Cancel);
        while ((await store.TrimAsync(1, 3, 50, SqliteFixture.Cancel)).More)
        {
        }

        var rows = await database.ReadSessionAsync(
            session => session.QueryInt64("select count(*) from texts"), SqliteFixture.Cancel);
        Assert.InRange(rows, 20, 2500);
        for (var seq = 1; seq <= 20; seq++)
        {
            await store.AppendAsync([TestAppend.Erase(2, TestUsers.Alice, seq)], 4, SqliteFixture.Cancel);
        }

        await database.RequestErasure().WaitAsync(TimeSpan.FromMinutes(1), SqliteFixture.Cancel);
        Assert.Empty(SqliteFixture.FilesWith(_directory.Path, Secret));
        await database.DisposeAsync();
        Assert.Empty(SqliteVerify.Run(_directory.Path, null, SqliteFixture.Cancel).Problems);
    }

    [Fact]
    public async Task An_erasure_waits_for_a_reader_and_then_happens()
    {
        var (database, store) = await SqliteFixture.CreateAsync(_directory.Path);
        await store.AppendAsync([TestAppend.Message(1, TestUsers.Alice, Secret)], 1, SqliteFixture.Cancel);
        using var reading = new SemaphoreSlim(0);
        using var finish = new ManualResetEventSlim();
        var read = database.ReadSessionAsync(
            session =>
            {
                session.QueryInt64("select count(*) from messages");
                reading.Release();
                return finish.Wait(TimeSpan.FromMinutes(1));
            },
            SqliteFixture.Cancel);
        await reading.WaitAsync(TimeSpan.FromMinutes(1), SqliteFixture.Cancel);
        await store.AppendAsync([TestAppend.Erase(1, TestUsers.Alice, 1)], 2, SqliteFixture.Cancel);

        var erasure = database.RequestErasure();

        Assert.False(erasure.IsCompleted);
        finish.Set();
        Assert.True(await read);
        await erasure.WaitAsync(TimeSpan.FromMinutes(1), SqliteFixture.Cancel);
        Assert.Empty(SqliteFixture.FilesWith(_directory.Path, Secret));
        await database.DisposeAsync();
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_and_the_same_database_goes_on_when_there_is_space()
    {
        using var mount = TestMount.TryMount(_directory.Path, "size=6m");
        var options = new SqliteTuning { Readers = 2, MaxPages = mount is null ? 300 : null };
        var (database, store) = await SqliteFixture.CreateAsync(_directory.Path, options: options);
        var ballast = _directory.File("ballast");
        if (mount is not null)
        {
            await File.WriteAllBytesAsync(ballast, new byte[2_000_000], SqliteFixture.Cancel);
        }

        long committed = 0;
        var failure = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (; ; committed++)
            {
                var append = TestAppend.Message(1, TestUsers.Alice, new string('x', 4000), key: $"k{committed}");
                await store.AppendAsync([append], 1, SqliteFixture.Cancel);
            }
        });

        Assert.True(failure.IsFull, failure.Message);
        Assert.True(committed > 10);
        await Free(database, mount, ballast);
        var retry = TestAppend.Message(1, TestUsers.Alice, new string('x', 4000), key: $"k{committed}");
        await store.AppendAsync([retry], 1, SqliteFixture.Cancel);
        Assert.Equal((AppendOutcome.Committed, committed + 1), (retry.Outcome, retry.Offset));
        Assert.True(await store.IsHealthyAsync(SqliteFixture.Cancel));
        await database.DisposeAsync();
        Assert.Empty(SqliteVerify.Run(_directory.Path, null, SqliteFixture.Cancel).Problems);
    }

    [Fact]
    public async Task A_work_that_throws_changes_nothing_and_its_exception_arrives()
    {
        await using var database = SqliteFixture.Open(_directory.Path);

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => database.WriteAsync<int>(
            session =>
            {
                session.Prepare("insert into meta (key, value) values ('a', 'b')").Run();
                throw new InvalidTimeZoneException();
            },
            null,
            SqliteFixture.Cancel));

        Assert.Equal(0, await database.ReadSessionAsync(
            session => session.QueryInt64("select count(*) from meta where key = 'a'"), SqliteFixture.Cancel));
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        await using var database = SqliteFixture.Open(_directory.Path);

        await Assert.ThrowsAsync<StoreException>(() => database.ReadSessionAsync(
            session => session.Prepare("delete from users").Run(), SqliteFixture.Cancel));
    }

    [Fact]
    public async Task A_cancelled_caller_in_the_queue_leaves_nothing_behind()
    {
        await using var database = SqliteFixture.Open(_directory.Path);
        using var cancelled = new CancellationTokenSource();
        using var running = new SemaphoreSlim(0);
        using var finish = new ManualResetEventSlim();
        var first = database.WriteAsync(
            _ =>
            {
                running.Release();
                return finish.Wait(TimeSpan.FromMinutes(1));
            },
            null,
            SqliteFixture.Cancel);
        await running.WaitAsync(TimeSpan.FromMinutes(1), SqliteFixture.Cancel);
        var queued = database.WriteAsync(
            session => session.Prepare("insert into meta (key, value) values ('a', 'b')").Run(), null, cancelled.Token);

        await cancelled.CancelAsync();
        finish.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        Assert.True(await first);
        Assert.Equal(0, await database.ReadSessionAsync(
            session => session.QueryInt64("select count(*) from meta where key = 'a'"), SqliteFixture.Cancel));
    }

    private static TestAppend RandomMessage(Random random)
    {
        var secret = random.Next(2) == 0;
        var words = 1 + (random.Next(40) * random.Next(40));
        var text = string.Concat(Enumerable.Repeat(secret ? Secret : "public-", words));
        return TestAppend.Message(1 + random.Next(5), TestUsers.Alice, text, key: $"k{random.NextInt64()}");
    }

    private static bool IsSecret(Append append) =>
        append.Data.Span.IndexOf(System.Text.Encoding.UTF8.GetBytes(Secret)) >= 0;

    private static async Task Free(SqliteDatabase database, TestMount? mount, string ballast)
    {
        if (mount is not null)
        {
            File.Delete(ballast);
            return;
        }

        await database.WriteAsync(
            session => session.QueryInt64("pragma max_page_count = 100000"), null, SqliteFixture.Cancel);
    }
}
