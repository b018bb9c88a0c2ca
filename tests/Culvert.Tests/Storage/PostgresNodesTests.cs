using System.Globalization;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Culvert.Tests.Servers;

namespace Culvert.Tests.Storage;

/// <summary>Two stores on one database, as two nodes have them, and a database that goes away.</summary>
public sealed class PostgresNodesTests(PostgresServer server)
{
    private const int Rooms = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nodes_that_append_to_the_same_rooms_make_one_log_of_each()
    {
        var store = await server.CreateSchemaAsync();
        await using var one = await OpenAsync(store, isNew: true);
        await using var other = await OpenAsync(store, isNew: false);
        var sent = new List<TestAppend>[2];

        await Task.WhenAll(
            Task.Run(async () => sent[0] = await AppendAsync(new SqlRoomStore(one), seed: 1), Cancel),
            Task.Run(async () => sent[1] = await AppendAsync(new SqlRoomStore(other), seed: 2), Cancel));

        await AssertOneLogAsync(new SqlRoomStore(one), [.. sent[0], .. sent[1]]);
    }

    [Fact]
    public async Task Nodes_that_start_at_once_set_the_database_up_once()
    {
        var store = await server.CreateSchemaAsync();

        var databases = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => PostgresFixture.Open(store), Cancel)));

        foreach (var database in databases)
        {
            Assert.NotNull(await new SqlAccountStore(database).FindUserAsync(1, Cancel));
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Users_who_register_on_two_nodes_at_once_get_ids_of_their_own()
    {
        var store = await server.CreateSchemaAsync();
        await using var one = PostgresFixture.Open(store);
        await using var other = PostgresFixture.Open(store);
        SqlAccountStore[] accounts = [new(one), new(other)];

        var added = await Task.WhenAll(Enumerable.Range(0, 40).Select(async number =>
        {
            var name = $"user{number % 30}";
            return await accounts[number % 2].CreateUserAsync(
                new Server.Accounts.UserRecord { Name = name, NameKey = name, CreatedAt = 1 }, Cancel);
        }));

        Assert.Equal(30, added.Count(static user => user is not null));
        Assert.Equal(30, added.OfType<Server.Accounts.UserRecord>().Select(static user => user.Id).Distinct().Count());
    }

    [Fact]
    public async Task Without_a_good_lease_nothing_is_written()
    {
        await using var database = await OpenAsync(await server.CreateSchemaAsync(), isNew: true);
        var lease = 7L;
        var store = new SqlRoomStore(database, () => lease);
        await Assert.ThrowsAsync<StoreException>(async () => await SayAsync(store, "never taken"));

        await SetLeaseAsync(database, 7, secondsLeft: 60);
        await SayAsync(store, "taken");
        await SetLeaseAsync(database, 7, secondsLeft: -1);
        await Assert.ThrowsAsync<StoreException>(async () => await SayAsync(store, "over"));
        lease = 8;
        await SetLeaseAsync(database, 8, secondsLeft: 60);
        await SayAsync(store, "the next");

        Assert.Equal(2, (await store.FindRoomAsync("room1", Cancel))?.LastOffset);
    }

    [Fact]
    public async Task A_connection_that_died_while_nobody_used_it_is_made_again_unnoticed()
    {
        var cut = await server.CreateSchemaAsync() + ";Application Name=cut";
        await using var database = await OpenAsync(cut, isNew: true);
        var store = new SqlRoomStore(database);
        await SayAsync(store, "before");

        await database.WriteAsync(
            static session =>
            {
                // Those of this test only: others run beside it.
                session.Execute("""
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where pid <> pg_backend_pid() and application_name = 'cut'
                    """);
                return true;
            },
            null,
            Cancel);
        await SayAsync(store, "after");

        Assert.Equal(2, (await store.FindRoomAsync("room1", Cancel))?.LastOffset);
    }

    [Fact]
    public async Task A_server_that_crashes_loses_no_acknowledged_message_and_repeats_none()
    {
        await using var mortal = new PostgresServer();
        await using var database = await OpenAsync(await mortal.CreateSchemaAsync(), isNew: true);
        var store = new SqlRoomStore(database);
        List<TestAppend> sent = [];
        for (var round = 0; round < 60; round++)
        {
            var batch = Enumerable.Range(0, 20).Select(index => Message(1, $"k{round}-{index}")).ToList();
            var append = Task.Run(async () => await store.AppendAsync([.. batch], round, Cancel), Cancel);
            if (round % 20 == 10)
            {
                await mortal.KillAsync();
            }

            try
            {
                await append;
            }
            catch (StoreException)
            {
                await mortal.EnsureAsync();
                await AgainAsync(store, batch, round);
            }

            sent.AddRange(batch);
        }

        await mortal.KillAsync();
        await Assert.ThrowsAsync<StoreException>(async () => await SayAsync(store, "to nobody"));
        await mortal.EnsureAsync();
        List<TestAppend> last = [Message(1, "last")];
        await AgainAsync(store, last, 100);

        await AssertOneLogAsync(store, [.. sent, .. last]);
    }

    private static async Task AgainAsync(SqlRoomStore store, List<TestAppend> batch, long now)
    {
        for (var stop = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                await store.AppendAsync([.. batch], now, Cancel);
                return;
            }
            catch (StoreException) when (TimeProvider.System.GetElapsedTime(stop) < TimeSpan.FromSeconds(20))
            {
                // It is not asked again at once.
                await Task.Yield();
            }
        }
    }

    private static async Task<PostgresDatabase> OpenAsync(string store, bool isNew)
    {
        var database = PostgresFixture.Open(store);
        if (isNew)
        {
            await StoredUsers.AddAsync(database);
            await StoredRooms.AddAsync(new SqlRoomStore(database), Rooms);
        }

        return database;
    }

    private static TestAppend Message(long room, string key) => TestAppend.Message(room, TestUsers.Alice, key, key);

    private static async Task SayAsync(SqlRoomStore store, string text) =>
        await store.AppendAsync([TestAppend.Message(1, TestUsers.Alice, text)], 1, Cancel);

    /// <summary>Batches over all rooms, whose keys both seeds use, with edits and reactions between them.</summary>
    private static async Task<List<TestAppend>> AppendAsync(SqlRoomStore store, int seed)
    {
        var random = new Random(seed);
        List<TestAppend> sent = [];
        for (var number = 0; number < 60; number++)
        {
            var batch = new List<TestAppend>();
            for (var index = 0; index < 12; index++)
            {
                var room = 1 + random.Next(Rooms);
                batch.Add(random.Next(8) switch
                {
                    0 => TestAppend.Edit(room, TestUsers.Alice, 1 + random.Next(20), $"edited {seed}"),
                    1 => TestAppend.React(room, TestUsers.Bob, 1 + random.Next(20), "x", random.Next(2) == 0),
                    _ => Message(room, string.Create(CultureInfo.InvariantCulture, $"k{random.Next(400)}")),
                });
            }

            await store.AppendAsync([.. batch], number, Cancel);
            sent.AddRange(batch);
        }

        return sent;
    }

    private static async Task AssertOneLogAsync(SqlRoomStore store, IReadOnlyList<TestAppend> sent)
    {
        for (var room = 1; room <= Rooms; room++)
        {
            var sink = new RecordingSink();
            var ends = await store.ReadEventsAsync(room, 1, 100_000, sink, Cancel);
            var messages = sink.Events.Where(static read => read.Kind == Protocol.Rooms.EventKind.Message).ToList();
            var ours = sent.Where(append => append.RoomId == room && append.Key is not null).ToList();

            Assert.Equal(Counting(ends.LastOffset), sink.Events.Select(static read => read.Offset));
            Assert.Equal(Counting(ends.LastSeq), messages.Select(static message => message.Seq));
            Assert.Equal(messages.Count, messages.Select(static message => message.Key).Distinct().Count());
            Assert.Equal(
                ours.Select(static append => append.Key).Distinct().Order(),
                messages.Select(static message => message.Key).Order());
            foreach (var append in ours)
            {
                Assert.True(append.Outcome is AppendOutcome.Committed or AppendOutcome.Duplicate);
                Assert.Equal(append.Key, messages[(int)append.Seq - 1].Key);
            }
        }
    }

    private static IEnumerable<long> Counting(long last) =>
        Enumerable.Range(1, (int)last).Select(static number => (long)number);

    private static Task<int> SetLeaseAsync(PostgresDatabase database, long incarnation, long secondsLeft) =>
        database.WriteAsync(
            session => session.Prepare($"""
                insert into nodes (incarnation, name, expires_at) values (?1, 'a', {NodeSchema.Now} + ?2)
                on conflict (incarnation) do update set expires_at = {NodeSchema.Now} + ?2
                """).Bind(1, incarnation).Bind(2, secondsLeft * 1000).Run(),
            null,
            Cancel);
}
