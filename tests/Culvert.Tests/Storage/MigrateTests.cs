using Culvert.Server.Accounts;
using Culvert.Server.Hosting;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Tests.Servers;

namespace Culvert.Tests.Storage;

/// <summary>From SQLite to PostgreSQL.</summary>
public sealed class MigrateTests(PostgresServer server) : IDisposable
{
    private readonly TestDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Everything_arrives_and_goes_on()
    {
        var (ours, roster) = await FillAsync();
        var store = await server.CreateSchemaAsync();

        var rows = await DataDirectory.MigrateAsync(_directory.Path, store, null, Cancel);

        Assert.Equal((3, 4), (rows["rooms"], rows["users"]));
        await using var database = PostgresFixture.Open(store);
        var rooms = new SqlRoomStore(database);
        Assert.Equal(ours, await ReadAsync(rooms));
        Assert.Equal(roster, await rooms.ListRosterAsync(1, 0, false, 10, 0, Cancel));
        Assert.Single(await new SqlAuditLog(database).ListAsync(long.MaxValue, 10, Cancel));
        var again = TestAppend.Message(1, TestUsers.Alice, "m7", "key7");
        var next = TestAppend.Message(1, TestUsers.Alice, "next");
        await rooms.AppendAsync([again, next], 1, Cancel);
        Assert.Equal((AppendOutcome.Duplicate, 7L), (again.Outcome, again.Seq));
        Assert.Equal((AppendOutcome.Committed, 501L), (next.Outcome, next.Seq));
        var user = await new SqlAccountStore(database).CreateUserAsync(
            new UserRecord { Name = "dave", NameKey = "dave", CreatedAt = 1 }, Cancel);
        Assert.Equal(5, user?.Id);
        await new SqlAuditLog(database).NoteAsync(
            new AuditEntry { At = 2, By = "owner", Act = "test", Address = "" }, Cancel);
    }

    [Fact]
    public async Task An_interrupted_copy_is_no_store_and_goes_on_where_it_was()
    {
        var (ours, _) = await FillAsync();
        var store = await server.CreateSchemaAsync();
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DataDirectory.MigrateAsync(
            _directory.Path, store, new StopAt(0.2, stop), stop.Token));
        Assert.Throws<StoreOpenException>(() => PostgresFixture.Open(store));
        await DataDirectory.MigrateAsync(_directory.Path, store, null, Cancel);

        await using var database = PostgresFixture.Open(store);
        Assert.Equal(ours, await ReadAsync(new SqlRoomStore(database)));
    }

    [Fact]
    public async Task A_database_with_other_data_is_left_alone()
    {
        await FillAsync();
        var store = await server.CreateSchemaAsync();
        await using var database = PostgresFixture.Open(store);
        await StoredUsers.AddAsync(database);

        var error = await Assert.ThrowsAsync<IOException>(
            () => DataDirectory.MigrateAsync(_directory.Path, store, null, Cancel));

        Assert.Contains("other data", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, (await new SqlAccountStore(database).ListUsersAsync("", false, 10, Cancel)).Count);
    }

    [Fact]
    public async Task A_directory_without_a_database_is_refused()
    {
        var store = await server.CreateSchemaAsync();

        await Assert.ThrowsAsync<IOException>(
            () => DataDirectory.MigrateAsync(_directory.Path, store, null, Cancel));
    }

    /// <summary>Fills a SQLite database with all that a log can hold; what its logs say.</summary>
    private async Task<(List<RecordedEvent> Events, IReadOnlyList<RosterRow> Roster)> FillAsync()
    {
        var (database, store) = await SqliteFixture.CreateAsync(_directory.Path, rooms: 3);
        await using (database)
        {
            var messages = Enumerable.Range(1, 500)
                .Select(static number => TestAppend.Message(1, TestUsers.Alice, $"m{number}", $"key{number}"));
            await store.AppendAsync([.. messages], 1000, Cancel);
            await store.AppendAsync(
                [
                    TestAppend.Edit(1, TestUsers.Alice, 3, "edited"),
                    TestAppend.React(1, TestUsers.Bob, 4, "\U0001F44D"),
                    TestAppend.Erase(1, TestUsers.Owner, 5),
                    TestAppend.Other(
                        2, TestUsers.Bob, Protocol.Rooms.EventKind.Join,
                        new RoomChange.OfMember(TestUsers.Bob, Joined: true), "\"user\":\"bob\""),
                    TestAppend.Message(3, TestUsers.Carol, "without a key"),
                ],
                2000,
                Cancel);
            await new SqlAuditLog(database).NoteAsync(
                new AuditEntry { At = 1, By = "own\0er", Act = "test", Address = "" }, Cancel);
            return (await ReadAsync(store), await store.ListRosterAsync(1, 0, false, 10, 0, Cancel));
        }
    }

    private static async Task<List<RecordedEvent>> ReadAsync(SqlRoomStore store)
    {
        List<RecordedEvent> events = [];
        for (var room = 1; room <= 3; room++)
        {
            var sink = new RecordingSink();
            await store.ReadEventsAsync(room, 1, 10_000, sink, Cancel);
            await store.ReadMessagesAsync(room, new MessagePage(PageAnchor.Latest, 0, 600), sink, Cancel);
            events.AddRange(sink.Events);
        }

        return events;
    }

    private sealed class StopAt(double share, CancellationTokenSource stop) : IProgress<double>
    {
        public void Report(double value)
        {
            if (value > share)
            {
                stop.Cancel();
            }
        }
    }
}
