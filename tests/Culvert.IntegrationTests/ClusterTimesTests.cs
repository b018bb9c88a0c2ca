using System.Diagnostics;
using System.Net;
using Culvert.IntegrationTests.Clusters;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;
using Culvert.Tests.Support;

namespace Culvert.IntegrationTests;

/// <summary>How long it takes until what happened on one node is true on the others.</summary>
[Collection(AloneCollection.Name)]
public sealed class ClusterTimesTests
{
    [Fact]
    public async Task Presence_is_right_everywhere_within_8_s_after_a_node_was_killed()
    {
        await using var cluster = await Cluster.StartAsync(3, redis: true, Cluster.Lively);
        var people = new List<Api>();
        foreach (var name in (string[])["alice", "bob", "carol"])
        {
            people.Add(await cluster.Nodes[0].Server.Owner.NewUserAsync(name));
        }

        List<RawWebSocket> sockets = [];
        for (var i = 0; i < 3; i++)
        {
            sockets.Add(await RawWebSocket.UpgradeAsync(
                cluster.Nodes[i].Address, "/v1/ws", token: null, $"Cookie: {people[i].Cookie}",
                $"Origin: {cluster.Nodes[i].Address.GetLeftPart(UriPartial.Authority)}"));
            await sockets[i].SendTextAsync("""{"id":1,"op":"sub","room":"lobby","since":"now"}""");
        }

        await HereAsync(cluster, [0, 1, 2], 30, "alice", "bob", "carol");
        var killed = Stopwatch.GetTimestamp();
        await cluster.Nodes[1].KillAsync();
        await HereAsync(cluster, [0, 2], 8, "alice", "carol");

        Bounded.Print($"bob was gone everywhere after {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s");
        sockets.ForEach(s => s.Dispose());
        people.ForEach(p => p.Dispose());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bans_and_ended_sessions_act_on_all_nodes_within_1_s(bool redis)
    {
        await using var cluster = await Cluster.StartAsync(2, redis);
        var (owner, second) = (cluster.Nodes[0].Server.Owner, cluster.Nodes[1]);
        using var bob = await owner.NewUserAsync("bob");

        await BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            using var there = new Api(second.Address, cookie: bob.Cookie);
            await using var stream = await FollowAsync(there);
            await owner.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/ban", """{"user":"bob"}""");
            var banned = await EndAsync(stream);
            var (refused, _) = await there.PublishAsync("lobby", """{"text":"still here"}""");
            await owner.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/unban", """{"user":"bob"}""");

            Assert.Equal(404, (int)refused);
            Bounded.Print($"banned after {banned.TotalMilliseconds:0} ms");
            return banned;
        });
        await BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            using var here = new Api(owner.Address, cookie: await owner.SignInAsync("bob", "correct horse battery"));
            using var there = new Api(second.Address, cookie: here.Cookie);
            await using var stream = await FollowAsync(there);
            using var signOut = await here.SendAsync(HttpMethod.Delete, "/v1/session");
            var ended = await EndAsync(stream);

            Bounded.Print($"signed out after {ended.TotalMilliseconds:0} ms");
            return ended;
        });
    }

    /// <summary>Follows the room once its node lets the user in, which hears of it from the other one.</summary>
    private static async Task<StreamFollower> FollowAsync(Api user)
    {
        const string events = "/v1/rooms/lobby/events";
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await user.CallAsync(HttpMethod.Get, events, null, ("Accept", "application/json"))).Status
            == HttpStatusCode.NotFound)
        {
            await pace.WaitForNextTickAsync(limit.Token);
        }

        var stream = await user.FollowAsync($"{events}?since=now");
        await stream.FirstAsync(l => EventLine.Is(l, "ready"));
        return stream;
    }

    private static async Task<TimeSpan> EndAsync(StreamFollower stream)
    {
        var started = Stopwatch.GetTimestamp();
        await stream.ReadToEndAsync(20);
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task HereAsync(
        Cluster cluster, int[] nodes, double seconds, params IEnumerable<string> expected)
    {
        var names = expected.Order(StringComparer.Ordinal).ToList();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (var node in nodes)
        {
            while (true)
            {
                var body = await cluster.Nodes[node].Server.Owner.MustAsync(HttpMethod.Get, "/v1/rooms/lobby/members");
                var here = body.GetProperty("online").EnumerateArray().Select(m => m.GetString()!).ToList();
                if (here.SequenceEqual(names))
                {
                    break;
                }

                Assert.True(
                    Stopwatch.GetElapsedTime(started).TotalSeconds < seconds,
                    $"after {seconds} s node {node} shows {string.Join(", ", here)}");
                await timer.WaitForNextTickAsync(Bounded.Cancelled);
            }
        }
    }
}
