using System.Diagnostics;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Crashes;

/// <summary>Kills the server again and again while others publish, and keeps what is needed for the audit.</summary>
internal sealed class CrashRun(int cycles, int seed)
{
    private const int HttpPublishers = 12;
    private const int SocketPublishers = 4;

    private readonly Random _random = new(seed);
    private readonly ServerSlot _slot = new();

    public AckBook Book { get; } = new();

    /// <summary>The events of the log at the end.</summary>
    public List<string> Log { get; private set; } = [];

    /// <summary>The events a follower was shown over all servers.</summary>
    public List<string> Shown { get; private set; } = [];

    /// <summary>Runs all cycles on this directory, and then checks the files.</summary>
    public async Task RunAsync(string data)
    {
        Bounded.Print(
            $"{cycles} kills, {HttpPublishers} HTTP and {SocketPublishers} WebSocket publishers, seed {seed}");
        Bounded.Print(" kill  moment                 alive ms  acks in it    acks  sent again  start ms");
        var (server, startMilliseconds) = await StartAsync(data);
        var reader = new CrashReader(_slot, await EpochAsync(server));
        CrashPublisher[] publishers =
        [
            .. Enumerable.Range(0, HttpPublishers).Select(i => new HttpPublisher($"h{i}", _slot, Book)),
            .. Enumerable.Range(0, SocketPublishers).Select(i => new SocketPublisher($"w{i}", _slot, Book)),
        ];
        var reading = reader.RunAsync();
        var publishing = Task.WhenAll(publishers.Select(p => p.RunAsync()));
        for (var cycle = 1; cycle <= cycles; cycle++)
        {
            var before = Book.Count;
            var alive = Stopwatch.StartNew();
            var moment = await WaitAsync(publishing);
            await using (server)
            {
                await server.KillHardAsync();
                alive.Stop();
                _slot.Down();
                Bounded.Print(
                    $"{cycle,5}  {moment,-20}  {alive.ElapsedMilliseconds,9}  {Book.Count - before,10}" +
                    $"  {Book.Count,6}  {Book.Retries,10}  {startMilliseconds,8:0}");
            }

            if (_random.Next(10) == 0)
            {
                await KillStartAsync(data);
            }

            (server, startMilliseconds) = await StartAsync(data);
        }

        await using (server)
        {
            await FinishAsync(server, publishers, publishing, reading);
            Shown = reader.Lines;
        }

        var verify = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(60), Programs.Culvert, ["verify", "--data", data]);
        await verify.MustExitAsync(0, TimeSpan.FromSeconds(1));
    }

    private async Task FinishAsync(
        CulvertProcess server, CrashPublisher[] publishers, Task publishing, Task reading)
    {
        // The last server is left alone until everybody has what is owed.
        Array.ForEach(publishers, p => p.Stop());
        await publishing.Within(120);
        var (_, last) = await server.Owner.PublishAsync("lobby", """{"text":"the end"}""", CrashReader.LastKey);
        Book.Add(CrashReader.LastKey, Ack.Of(last));
        await reading.Within(120);
        Log = await server.Owner.ReadLogAsync("lobby");
        await server.TerminateAsync();
    }

    private async Task<(CulvertProcess Server, double Milliseconds)> StartAsync(string data)
    {
        var started = Stopwatch.GetTimestamp();
        var server = await CulvertProcess.StartOnAsync(data);
        _slot.Up(server);
        return (server, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Waits for the moment of the kill: a time, or a number of publishes on their way.</summary>
    private async Task<string> WaitAsync(Task publishing)
    {
        string moment;
        Task reached;
        if (_random.Next(2) == 0)
        {
            var sends = _random.Next(1, 600);
            moment = $"after {sends} publishes";
            reached = _slot.AfterSendsAsync(sends);
        }
        else
        {
            var time = TimeSpan.FromMilliseconds(_random.Next(1, 400));
            moment = $"{time.TotalMilliseconds:0} ms under load";
            reached = UnderLoadAsync(time);
        }

        if (await Task.WhenAny(reached, publishing).Within(60) == publishing)
        {
            await publishing;
        }

        return moment;
    }

    /// <summary>The time is the input of this test, not a wait for something to happen.</summary>
    private async Task UnderLoadAsync(TimeSpan time)
    {
        // More than one send of each publisher: somebody was answered, so the load is there.
        await _slot.AfterSendsAsync(HttpPublishers + (9 * SocketPublishers));
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(Bounded.Cancelled);
    }

    /// <summary>A start that does not live to its end, which may be in the middle of recovery.</summary>
    private async Task KillStartAsync(string data)
    {
        await using var half = CulvertProcess.Launch(data);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_random.Next(50, 600)));
        await timer.WaitForNextTickAsync(Bounded.Cancelled);
        half.Signal(UnixSignal.Kill);
        await half.Exited.Within(20);
    }

    private static async Task<string> EpochAsync(CulvertProcess server)
    {
        var (_, page) = await server.Owner.CallAsync(
            HttpMethod.Get, "/v1/rooms/lobby/events", null, ("Accept", "application/json"));
        return page.GetProperty("epoch").GetString()!;
    }
}
