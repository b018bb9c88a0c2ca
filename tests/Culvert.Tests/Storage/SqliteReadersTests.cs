using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;

namespace Culvert.Tests.Storage;

/// <summary>Connections for reading: as many as there is to read at once, and no more than allowed.</summary>
public sealed class SqliteReadersTests : IDisposable
{
    private const int Readers = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_quiet_database_reads_on_one_connection()
    {
        await using var database = Open();

        var sessions = new HashSet<SqlSession>();
        for (var read = 0; read < 20; read++)
        {
            sessions.Add(await database.ReadSessionAsync(static session => session, SqliteFixture.Cancel));
        }

        Assert.Single(sessions);
    }

    [Fact]
    public async Task Reads_at_the_same_time_have_a_connection_each_up_to_the_limit()
    {
        await using var database = Open();
        using var together = new Barrier(Readers);

        // Each waits for the two others, so with fewer connections none would end; the next three find them again.
        SqlSession Meet(SqlSession session) => together.SignalAndWait(Patience, SqliteFixture.Cancel)
            ? session
            : throw new TimeoutException("The others did not start.");
        var sessions = await Task.WhenAll(Enumerable.Range(0, 2 * Readers).Select(
            _ => database.ReadSessionAsync(Meet, SqliteFixture.Cancel)));

        Assert.Equal(Readers, sessions.Distinct().Count());
    }

    [Fact]
    public async Task A_connection_that_cannot_be_opened_fails_its_read_and_is_tried_again()
    {
        await using var database = Open();
        var file = _directory.File(SqliteFiles.DatabaseName);
        var away = _directory.File("away");
        File.Move(file, away);

        await Assert.ThrowsAsync<StoreException>(
            () => database.ReadSessionAsync(static session => session.QueryInt64("select 1"), SqliteFixture.Cancel));
        File.Move(away, file);

        Assert.Equal(
            1, await database.ReadSessionAsync(static session => session.QueryInt64("select 1"), SqliteFixture.Cancel));
    }

    [Fact]
    public async Task Closing_finishes_what_is_queued_and_refuses_what_comes_later()
    {
        var database = Open();
        using var open = new ManualResetEventSlim();
        var reads = Enumerable.Range(0, 4 * Readers)
            .Select(_ => database.ReadSessionAsync(Wait, SqliteFixture.Cancel))
            .ToArray();
        bool Wait(SqlSession session) => open.Wait(Patience, SqliteFixture.Cancel);

        var closing = database.DisposeAsync();
        open.Set();
        await closing;

        Assert.All(await Task.WhenAll(reads), Assert.True);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => database.ReadSessionAsync(static _ => true, SqliteFixture.Cancel));
    }

    private SqliteDatabase Open() =>
        SqliteFixture.Open(_directory.Path, new SqliteTuning { Readers = Readers });
}
