using System.Globalization;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Culvert.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Rooms;

/// <summary>
/// Prints what the core costs on this machine; no figure decides over pass or fail. <c>CULVERT_MEASURE=1</c> takes the
/// time for figures worth reading.
/// </summary>
public sealed class RoomMeasurements(ITestOutputHelper output)
{
    private static bool IsMeasuring => Environment.GetEnvironmentVariable("CULVERT_MEASURE") is not null;

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Cost_of_a_delivery(int eventsPerTurn)
    {
        using var rig = new RoomRig();
        var outlets = Enumerable.Range(0, 1000).Select(_ => new CountingOutlet()).ToList();
        outlets.ForEach(outlet => rig.Subscribe(rig.Connect(outlet, face: Face.Frame)));
        rig.Run();
        var turns = IsMeasuring ? 3000 : 20;
        var spent = TimeSpan.Zero;
        for (var turn = 0; turn < 2 * turns; turn++)
        {
            rig.PublishMany(eventsPerTurn, 90);

            // Of the process, and so of this thread when nothing else runs in it: machines are shared.
            var started = Environment.CpuUsage.TotalTime;
            rig.Run();
            spent += turn < turns ? TimeSpan.Zero : Environment.CpuUsage.TotalTime - started;
        }

        var nanoseconds = spent.TotalNanoseconds / turns / outlets.Count;
        Print($"one send to one of 1,000 readers, {eventsPerTurn} events in it: {nanoseconds:F0} ns of CPU");
        Assert.All(outlets, outlet => Assert.Equal(1 + (2 * turns), outlet.Sends));
    }

    [Theory]
    [InlineData(SqliteDurability.Disk)]
    [InlineData(SqliteDurability.Process)]
    internal async Task Commits_of_64_publishers(SqliteDurability durability)
    {
        using var directory = new TestDirectory();
        await using var database = SqliteDatabase.Open(
            directory.Path, new SqliteTuning { Durability = durability }, TimeProvider.System, NullLogger.Instance);
        await StoredUsers.AddAsync(database);
        var store = new SqlRoomStore(database);
        var options = new RoomOptions();
        await using var commits = new CommitLoop(
            store, options, TimeProvider.System, NullLogger<CommitLoop>.Instance);
        var groups = 0;
        commits.Committed = (_, _) => groups++;
        commits.Start();
        using var catchUp = new CatchUp(store, options, NullLogger<CatchUp>.Instance);
        using var loops = new WriterLoops(1, options, catchUp, TimeProvider.System);
        using var rooms = new RoomDirectory(store, commits, loops, options, TimeProvider.System);
        var cancel = TestContext.Current.CancellationToken;
        await rooms.CreateAsync(RoomRig.Owner, "lobby", RoomKind.Public, "", cancel);
        var room = (await rooms.EnterAsync(RoomRig.Owner, "lobby", Capability.Write, cancel)).Room!;

        var perPublisher = IsMeasuring ? 5000 : 20;
        var latencies = new List<double>[64];
        var used = Environment.CpuUsage.TotalTime;
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(index => Task.Run(
            async () => latencies[index] = await PublishAsync(rooms, room, perPublisher), cancel)));
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;

        var microseconds = (Environment.CpuUsage.TotalTime - used).TotalMicroseconds / 64 / perPublisher;
        var all = latencies.SelectMany(each => each).Order().ToList();
        var (half, most) = (all[all.Count / 2], all[all.Count * 99 / 100]);
        Print($"{durability}: {all.Count / seconds:F0} acks/s, {groups / seconds:F0} commits/s");
        Print($"{durability}: p50 {half:F2} ms, p99 {most:F2} ms, {microseconds:F1} µs of CPU for each");
        Assert.Equal(64 * perPublisher, room.LastOffset);
    }

    private static async Task<List<double>> PublishAsync(RoomDirectory rooms, Room room, int count)
    {
        var latencies = new List<double>(count);
        var data = TestAppend.Json(new string('x', 100));
        for (var i = 0; i < count; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            var (append, _) = await rooms.DoAsync(room, RoomRig.Alice, Acts.Message(data, null));
            Assert.NotNull(append);
            latencies.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
        }

        return latencies;
    }

    private void Print(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        output.WriteLine(text);
        TestContext.Current.SendDiagnosticMessage(text);
    }
}
