using Culvert.Server.Storage.Sql;
using Culvert.Tests.Servers;

namespace Culvert.Tests.Storage;

/// <summary>
/// Prints how many appends a second the engines take; no figure decides over pass or fail. <c>CULVERT_MEASURE=1</c>
/// takes the time for figures worth reading.
/// </summary>
public sealed class AppendMeasurements(PostgresServer server, ITestOutputHelper output)
{
    private const int BatchSize = 256;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static int Batches => Environment.GetEnvironmentVariable("CULVERT_MEASURE") is null ? 10 : 1000;

    [Fact]
    public async Task Batches_on_SQLite()
    {
        using var directory = new TestDirectory();
        var (database, store) = await SqliteFixture.CreateAsync(directory.Path, rooms: 10);
        await using (database)
        {
            await MeasureAsync("SQLite", store);
        }
    }

    [Fact]
    public async Task Batches_on_PostgreSQL()
    {
        await using var database = PostgresFixture.Open(await server.CreateSchemaAsync());
        await StoredUsers.AddAsync(database);
        var store = new SqlRoomStore(database);
        await StoredRooms.AddAsync(store, 10);
        await MeasureAsync("PostgreSQL", store);
    }

    private async Task MeasureAsync(string engine, SqlRoomStore store)
    {
        var text = new string('x', 100);
        var spent = TimeSpan.Zero;
        for (var number = 0; number < Batches; number++)
        {
            var batch = Enumerable.Range(0, BatchSize)
                .Select(index => TestAppend.Message(1 + (index % 10), TestUsers.Alice, text, $"{number}-{index}"))
                .ToArray();
            var started = TimeProvider.System.GetTimestamp();
            await store.AppendAsync(batch, number, Cancel);
            spent += TimeProvider.System.GetElapsedTime(started);
        }

        var rate = Batches * BatchSize / spent.TotalSeconds;
        output.WriteLine($"{engine}: {rate:F0} appends/s in batches of {BatchSize}");
        Assert.Equal(Batches * BatchSize, (await ReadHeadsAsync(store)).Sum());
    }

    private static async Task<IEnumerable<long>> ReadHeadsAsync(SqlRoomStore store) =>
        (await store.ReadHeadsAsync([.. Enumerable.Range(1, 10).Select(static room => (long)room)], Cancel))
            .Select(static head => head.LastOffset);
}
