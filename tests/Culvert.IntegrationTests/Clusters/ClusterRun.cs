using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Culvert.IntegrationTests.Crashes;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Clusters;

/// <summary>Does one fault after the other to a cluster under load, and keeps what is needed for the audit.</summary>
internal sealed class ClusterRun(Cluster cluster, TimeSpan length, bool isFull, int seed)
{
    private const int Rooms = 10;
    private const int Publishers = 30;

    private readonly Random _random = new(seed);
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public AckBook Book { get; } = new();

    public List<ClusterReader> Readers { get; } = [];

    public async Task RunAsync(int readersPerTransport)
    {
        Bounded.Print($"{length.TotalSeconds:0} s, {Publishers} publishers, seed {seed}");
        using var api = cluster.NewApi();
        List<string> epochs = [];
        for (var room = 0; room < Rooms; room++)
        {
            await api.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"room{{room}}"}""");
            var (_, page) = await api.CallAsync(
                HttpMethod.Get, $"/v1/rooms/room{room}/events", null, ("Accept", "application/json"));
            epochs.Add(page.GetProperty("epoch").GetString()!);
        }

        var publishers = Enumerable.Range(0, Publishers)
            .Select(i => new ClusterPublisher(cluster.Address, cluster.Token, $"room{i % Rooms}", $"p{i}", Book))
            .ToList();
        string[] transports =
            [ClusterReader.Socket, ClusterReader.EventStream, ClusterReader.Ndjson, ClusterReader.LongPoll];
        for (var i = 0; i < readersPerTransport * transports.Length; i++)
        {
            Readers.Add(new ClusterReader(
                cluster.Address, cluster.Token, $"room{i % Rooms}", epochs[i % Rooms],
                transports[i / Rooms % transports.Length]));
        }

        var reading = Task.WhenAll(Readers.Select(r => Task.Run(r.RunAsync)));
        var publishing = Task.WhenAll(publishers.Select(p => Task.Run(p.RunAsync)));
        await DoFaultsAsync(publishing, reading);
        publishers.ForEach(p => p.Stop());
        await publishing.Within(90);
        Bounded.Print($"{_clock.Elapsed.TotalSeconds,6:0.0} s  all is well again: {Book.Count} acks");
        for (var room = 0; room < Rooms; room++)
        {
            await api.MustAsync(
                HttpMethod.Post,
                $"/v1/rooms/room{room}/messages",
                $$$"""{"data":{"text":"{{{ClusterReader.LastText}}}"}}""");
        }

        await reading.Within(90);
        Bounded.Print($"{_clock.Elapsed.TotalSeconds,6:0.0} s  every reader has everything");
    }

    private async Task DoFaultsAsync(Task publishing, Task reading)
    {
        var kinds = Enum.GetValues<ClusterFault>();
        var next = new Queue<ClusterFault>();
        while (_clock.Elapsed < length)
        {
            if (next.Count == 0)
            {
                // Each kind once before any comes again.
                _random.Shuffle(kinds);
                kinds.ToList().ForEach(next.Enqueue);
            }

            var before = Book.Count;
            await DoAsync(next.Dequeue());
            await ProgressAsync(publishing, reading);
            Bounded.Print($"         {Book.Count - before} acks, {Book.Retries} sent again so far");
        }
    }

    private async Task DoAsync(ClusterFault fault)
    {
        var node = cluster.Nodes[_random.Next(cluster.Nodes.Count)];
        Bounded.Print($"{_clock.Elapsed.TotalSeconds,6:0.0} s  {fault} {node.Name}");
        switch (fault)
        {
            case ClusterFault.KillNode:
                await node.KillAsync();
                await LastAsync(2);
                await node.StartAsync();
                break;
            case ClusterFault.PauseNode:
                node.Server.Signal(UnixSignal.Stop);
                // Longer than its lease in any case.
                await LastAsync(isFull ? 15 : 8);
                node.Server.Signal(UnixSignal.Continue);
                break;
            case ClusterFault.KillRedis:
                await cluster.Redis!.KillAsync();
                await LastAsync(isFull ? 10 : 4);
                await cluster.Redis.StartAgainAsync();
                break;
            case ClusterFault.RestartPostgres:
                await cluster.Postgres.KillAsync();
                await cluster.Postgres.EnsureAsync();
                break;
            default:
                await DropBusConnectionsAsync();
                break;
        }
    }

    /// <summary>The length of a fault is the input of this test, not a wait for something to happen.</summary>
    private static async Task LastAsync(int seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds));
        await timer.WaitForNextTickAsync(Bounded.Cancelled);
    }

    /// <summary>Ends when publishers have got on again; whoever failed ends the run at once.</summary>
    private async Task ProgressAsync(Task publishing, Task reading)
    {
        var goal = Book.Count + (2 * Publishers);
        var limit = _clock.Elapsed + TimeSpan.FromSeconds(30);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (Book.Count < goal)
        {
            await timer.WaitForNextTickAsync(Bounded.Cancelled);
            Assert.True(_clock.Elapsed < limit, $"30 s after the fault {goal - Book.Count} acks were missing still");
            if (publishing.IsFaulted || reading.IsFaulted)
            {
                await Task.WhenAll(publishing, reading);
            }
        }
    }

    private async Task DropBusConnectionsAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", cluster.Redis!.Port, Bounded.Cancelled);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("CLIENT KILL TYPE pubsub\r\n"), Bounded.Cancelled);
        var answer = new byte[64];
        var length = await stream.ReadAsync(answer, Bounded.Cancelled);
        Bounded.Print($"         dropped {Encoding.ASCII.GetString(answer, 0, length).Trim()}");
    }
}
