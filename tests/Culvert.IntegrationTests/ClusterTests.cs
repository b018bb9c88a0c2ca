using Culvert.IntegrationTests.Clusters;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>Several nodes behind nginx, on a real PostgreSQL and a real Redis.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task Whatever_fails_every_subscriber_sees_every_acknowledged_message_once_and_in_order()
    {
        var isFull = Programs.IsFullRun;
        await using var cluster = await Cluster.StartAsync(3, redis: true, Cluster.Lively);
        var run = new ClusterRun(
            cluster, TimeSpan.FromSeconds(isFull ? 300 : 60), isFull, seed: Environment.TickCount);

        await run.RunAsync(readersPerTransport: isFull ? 75 : 30);

        using var api = cluster.NewApi();
        foreach (var room in run.Readers.GroupBy(r => r.Room))
        {
            var log = (await api.ReadLogAsync(room.Key)).Where(l => EventLine.Is(l, "msg")).ToList();
            var keys = log.Select(TextOf).ToList();
            var acked = run.Book.Acks.Keys.Where(k => k.StartsWith($"{room.Key}.", StringComparison.Ordinal)).ToList();
            Assert.Empty(acked.Except(keys));
            Assert.Equal(keys.Count, keys.Distinct().Count());
            Assert.All(room, reader => Assert.Equal(log, reader.Lines));
            MustKeepTheOrderOfEachPublisher(keys);
        }

        Bounded.Print(
            $"{run.Book.Count} acks, {run.Book.Retries} sent again, {run.Book.Duplicates} of them were in the log; "
            + $"{run.Readers.Count} readers came back {run.Readers.Sum(r => r.Breaks)} times");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cursor_goes_on_at_another_node(bool redis)
    {
        await using var cluster = await Cluster.StartAsync(2, redis);
        var (first, second) = (cluster.Nodes[0].Server.Owner, cluster.Nodes[1].Server.Owner);
        await first.PublishTextsAsync("lobby", ["one", "two"]);
        await using var stream = await second.FollowAsync("/v1/rooms/lobby/events?since=start");
        await stream.FirstAsync(l => l.Contains("\"two\"", StringComparison.Ordinal));
        await first.PublishTextsAsync("lobby", ["three"]);
        await stream.FirstAsync(l => l.Contains("\"three\"", StringComparison.Ordinal));
        var (_, page) = await first.CallAsync(
            HttpMethod.Get, "/v1/rooms/lobby/events?since=start&limit=3", null, ("Accept", "application/json"));
        var cursor = page.GetProperty("cursor").GetString();

        await second.PublishTextsAsync("lobby", ["four"]);

        // The first one hears of it a little later.
        await using var following = await first.FollowAsync($"/v1/rooms/lobby/events?since={cursor}");
        await following.FirstAsync(l => l.Contains("\"four\"", StringComparison.Ordinal));
        var (here, there) = (
            await first.ReadLogAsync("lobby", cursor!), await second.ReadLogAsync("lobby", cursor!));
        Assert.Equal(here, there);
        Assert.Equal("four", TextOf(here[^1]));
    }

    private static string TextOf(string line) => EventLine.TextOf(line);

    private static void MustKeepTheOrderOfEachPublisher(List<string> keys)
    {
        var byPublisher = keys.Where(k => k != ClusterReader.LastText)
            .Select(k => k.Split('.'))
            .GroupBy(k => k[1], k => int.Parse(k[2], provider: null));
        foreach (var publisher in byPublisher)
        {
            Assert.Equal(Enumerable.Range(0, publisher.Count()), publisher);
        }
    }
}
