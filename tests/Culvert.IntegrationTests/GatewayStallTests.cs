using System.Diagnostics;
using Culvert.IntegrationTests.Gateways;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>Ends of a gateway's sessions that do not read while the other end floods them.</summary>
[Collection(AloneCollection.Name)]
public sealed class GatewayStallTests
{
    /// <summary>The kernel holds up to 10 MiB of each direction: many more would be short of its memory.</summary>
    private const int Sessions = 50;

    private const int Different = 256;
    private const int MessageBytes = 16 * 1024;
    private const int MostBytes = 256 * 1024;

    /// <summary>Small ones in the kernel: what nobody reads is soon the gateway's to hold, or not to read.</summary>
    private const int Buffer = 64 * 1024;

    private static double Seconds => Programs.IsFullRun ? 60 : 8;

    /// <summary>Who does not read. Both is the most that a session can cost.</summary>
    public static TheoryData<string> Stalls => Programs.IsFullRun ? ["client", "backend", "both"] : ["both"];

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task An_end_that_does_not_read_costs_little_memory_and_then_gets_everything(string who)
    {
        using var backEnd = new RawBackEnd(Buffer);
        using var directory = new TestDirectory();
        var configuration = directory.File("culvert.json");
        await File.WriteAllTextAsync(configuration, Configuration(backEnd), Bounded.Cancelled);
        await using var server = await CulvertProcess.StartOnAsync(
            directory.File("data"), "--config", configuration);
        await WarmUpAsync(server, backEnd);
        var sessions = await OpenAllAsync(server, backEnd);
        var (idle, idleResident) = (ProcessStatus.Anonymous(server.Id), ProcessStatus.Resident(server.Id));

        var flood = new Flood(Different, MessageBytes);
        var ways = sessions.SelectMany(session => Ways(who, session)).ToList();
        var sending = ways.ConvertAll(way => flood.SendAsync(way.From, Seconds + 120));
        var (most, mostResident) = await StandStillAsync(server, flood, sending);

        var perSession = (most - idle) / Sessions;
        Bounded.Print(
            $"{Sessions} sessions stalled for {Seconds} s ({who}): {perSession / 1024.0:0.0} KiB each above idle, "
            + $"{(mostResident - idleResident) / Sessions / 1024.0:0.0} with mapped files; "
            + $"{flood.Sent * MessageBytes / ways.Count / 1024} KiB under way in each direction; "
            + $"the server: idle {idle / 1024} KiB, most {most / 1024} KiB");
        Assert.InRange(perSession, long.MinValue, MostBytes);
        await MustGoOnTheOtherWayAsync(who, sessions);
        flood.Stop();
        var receiving = ways.Select(way => flood.ReceiveAsync(way.To));
        await Task.WhenAll([.. sending, .. receiving]).Within(120);
        sessions.ForEach(session => session.Dispose());
    }

    /// <summary>An end that only sends does not answer pings here, and a slow machine may need a while.</summary>
    private static string Configuration(RawBackEnd backEnd) =>
        $$"""
        { "pipes": { "/gate": { "targets": ["{{backEnd.Target}}"], "stallTimeout": "5m", "pongTimeout": "5m" } } }
        """;

    /// <summary>The directions of a session that are flooded.</summary>
    private static IEnumerable<(RawWebSocket From, RawWebSocket To)> Ways(string stalled, GatewaySession session)
    {
        if (stalled != "backend")
        {
            yield return (session.BackEnd, session.Client);
        }

        if (stalled != "client")
        {
            yield return (session.Client, session.BackEnd);
        }
    }

    /// <summary>The code has run before it is measured.</summary>
    private static async Task WarmUpAsync(CulvertProcess server, RawBackEnd backEnd)
    {
        var flood = new Flood(Different, MessageBytes);
        using var session = await GatewaySession.OpenAsync(server.Address, backEnd, "/gate", Buffer);
        var crossing = Ways("both", session)
            .SelectMany(way => (Task[])[flood.SendAsync(way.From, 60), flood.ReceiveAsync(way.To)])
            .ToList();
        await flood.SentAsync(10 * Different).Within(60);
        flood.Stop();
        await Task.WhenAll(crossing).Within(60);
    }

    private static async Task<List<GatewaySession>> OpenAllAsync(CulvertProcess server, RawBackEnd backEnd)
    {
        List<GatewaySession> sessions = [];
        for (var i = 0; i < Sessions; i++)
        {
            var session = await GatewaySession.OpenAsync(server.Address, backEnd, "/gate", Buffer);
            await session.GreetAsync();
            sessions.Add(session);
        }

        return sessions;
    }

    /// <summary>
    /// Waits until nothing has been sent for the time of the test; returns the most memory that the server had
    /// meanwhile. Fails when a session breaks.
    /// </summary>
    private static async Task<(long Anonymous, long Resident)> StandStillAsync(
        CulvertProcess server, Flood flood, List<Task> sending)
    {
        var (most, mostResident) = (0L, 0L);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        var (sent, since) = (-1L, Stopwatch.GetTimestamp());
        var started = since;
        while (Stopwatch.GetElapsedTime(since).TotalSeconds < Seconds)
        {
            await pace.WaitForNextTickAsync(Bounded.Cancelled);
            await (sending.Find(task => task.IsCompleted) ?? Task.CompletedTask);
            most = Math.Max(most, ProcessStatus.Anonymous(server.Id));
            mostResident = Math.Max(mostResident, ProcessStatus.Resident(server.Id));
            if (flood.Sent != sent)
            {
                (sent, since) = (flood.Sent, Stopwatch.GetTimestamp());
            }

            Assert.True(
                Stopwatch.GetElapsedTime(started).TotalSeconds < Seconds + 30, $"{sent} messages, and still more");
        }

        return (most, mostResident);
    }

    /// <summary>A direction in which nobody stands still is not held up by the other.</summary>
    private static async Task MustGoOnTheOtherWayAsync(string stalled, List<GatewaySession> sessions)
    {
        foreach (var session in sessions.Where(_ => stalled == "client"))
        {
            await GatewaySession.MustCrossAsync(session.Client, session.BackEnd, "still here");
        }

        foreach (var session in sessions.Where(_ => stalled == "backend"))
        {
            await GatewaySession.MustCrossAsync(session.BackEnd, session.Client, "still here");
        }
    }
}
