using System.Diagnostics;
using Culvert.IntegrationTests.Gateways;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>What many sessions of a gateway leave behind: a line of the log each, and nothing else.</summary>
[Collection(AloneCollection.Name)]
public sealed class GatewaySessionsTests
{
    private const int AtOnce = 250;
    private const int Pairs = 100;
    private const string Gate = "/gate";

    /// <summary>What the heap of a server of this size moves by, whatever it does.</summary>
    private const long MarginBytes = 16 * 1024 * 1024;

    private static int Sessions => Programs.IsFullRun ? 10_000 : 1_000;

    private static int Before => Programs.IsFullRun ? 5_000 : 1_000;

    [Fact]
    public async Task Sessions_that_ended_in_every_way_hold_no_handle_and_no_memory()
    {
        using var backEnd = new RawBackEnd();
        await using var server = await CulvertProcess.StartAsync("--pipe", $"{Gate}={backEnd.Target}");
        await OpenAndEndAsync(server, backEnd, Before);
        await LoggedAsync(server, Before);
        var handles = await ProcessStatus.SettledHandlesAsync(server.Id);
        var (anonymous, resident) = (ProcessStatus.Anonymous(server.Id), ProcessStatus.Resident(server.Id));

        var started = Stopwatch.GetTimestamp();
        await OpenAndEndAsync(server, backEnd, Sessions);
        var took = Stopwatch.GetElapsedTime(started);

        await LoggedAsync(server, Before + Sessions);
        var after = await ProcessStatus.SettledHandlesAsync(server.Id, handles);
        var (grown, grownResident) = (
            ProcessStatus.Anonymous(server.Id) - anonymous, ProcessStatus.Resident(server.Id) - resident);
        Bounded.Print(
            $"{Sessions} sessions in {took.TotalSeconds:0.0} s ({Sessions / took.TotalSeconds:0} a second), after "
            + $"{Before}: handles {handles} before, {after} after; memory {anonymous / 1024} KiB before, "
            + $"{grown / 1024:+0;-0} KiB after ({grownResident / 1024:+0;-0} KiB with mapped files)");
        Assert.True(after <= handles, $"{after} handles, {handles} before");
        Assert.InRange(grown, long.MinValue, MarginBytes);
        Assert.Equal(Before + Sessions, server.Log.Lines.Count(IsEnd));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SIGTERM_tells_both_ends_of_100_sessions_and_ends_in_under_5_seconds(bool answered)
    {
        using var backEnd = new RawBackEnd();
        await using var server = await CulvertProcess.StartAsync("--pipe", $"{Gate}={backEnd.Target}");
        List<GatewaySession> sessions = [];
        for (var i = 0; i < Pairs; i++)
        {
            sessions.Add(await GatewaySession.OpenAsync(server.Address, backEnd, Gate));
            await sessions[i].GreetAsync();
        }

        var ends = Task.WhenAll(sessions
            .SelectMany(session => (RawWebSocket[])[session.Client, session.BackEnd])
            .Select(socket => MustBeToldAsync(socket, answered)));
        var took = await server.TerminateAsync();

        await ends.Within(5);
        Bounded.Print(
            $"{Pairs} sessions told at both ends, {(answered ? "all" : "none")} answered: "
            + $"exit code 0 after {took.TotalMilliseconds:0} ms");
        Assert.Equal(Pairs, server.Log.Lines.Count(IsEnd));
        Assert.Equal(Pairs, server.Log.Lines.Count(l => l.Contains(Gate, StringComparison.Ordinal)));
        sessions.ForEach(session => session.Dispose());
    }

    private static bool IsEnd(string line) => line.Contains($"Pipe {Gate} to ", StringComparison.Ordinal);

    /// <summary>Waits until the log has so many ends of sessions.</summary>
    private static async Task LoggedAsync(CulvertProcess server, int count)
    {
        var ends = 0;
        await server.Log.FirstAsync(line => IsEnd(line) && ++ends == count).Within(30);
    }

    private static async Task OpenAndEndAsync(CulvertProcess server, RawBackEnd backEnd, int count)
    {
        for (var done = 0; done < count; done += AtOnce)
        {
            var batch = Enumerable.Range(done, Math.Min(AtOnce, count - done));
            var serving = batch.Select(_ => ServeAsync(backEnd)).ToList();
            await Task.WhenAll([.. serving, .. batch.Select(i => TalkAsync(server, (SessionEnd)(i % 5)))]).Within(60);
        }
    }

    /// <summary>A client that says how the session is to end, and ends it if that is its part.</summary>
    private static async Task TalkAsync(CulvertProcess server, SessionEnd end)
    {
        using var client = await RawWebSocket.UpgradeAsync(server.Address, Gate);
        await client.SendTextAsync(end.ToString());
        Assert.Equal(end.ToString(), (await client.ReadAsync())?.Text);
        switch (end)
        {
            case SessionEnd.ClientCloses:
                await client.SendCloseAsync(1000, "done");
                Assert.Equal(1000, (await client.ReadAsync())?.CloseCode);
                Assert.Null(await client.ReadAsync());
                break;
            case SessionEnd.ClientResets:
                client.Reset();
                break;
            case SessionEnd.ClientGoes:
                client.EndSending();
                Assert.All(await client.ReadToEndAsync(), frame => Assert.Equal(RawFrame.Close, frame.Opcode));
                break;
            default:
                var close = await client.ReadAsync();
                Assert.Equal(end == SessionEnd.BackEndCloses ? 4000 : 1011, close?.CloseCode);
                await client.SendCloseAsync(1000);
                Assert.Null(await client.ReadAsync());
                break;
        }
    }

    private static async Task ServeAsync(RawBackEnd backEnd)
    {
        using var socket = await backEnd.AcceptAsync(60);
        var end = Enum.Parse<SessionEnd>((await socket.ReadAsync())?.Text ?? "");
        await socket.SendTextAsync(end.ToString());
        switch (end)
        {
            case SessionEnd.BackEndResets:
                socket.Reset();
                break;
            case SessionEnd.BackEndCloses:
                await socket.SendCloseAsync(4000, "enough");
                Assert.Equal(1000, (await socket.ReadAsync())?.CloseCode);
                socket.EndSending();
                Assert.Null(await socket.ReadAsync());
                break;
            default:
                var close = await socket.ReadAsync();
                Assert.Equal(end == SessionEnd.ClientCloses ? 1000 : 1001, close?.CloseCode);
                await socket.SendCloseAsync(1000);
                socket.EndSending();
                Assert.Null(await socket.ReadAsync());
                break;
        }
    }

    private static async Task MustBeToldAsync(RawWebSocket socket, bool answers)
    {
        var close = await socket.ReadAsync();
        Assert.Equal(RawFrame.Close, close?.Opcode);
        Assert.Contains(close?.CloseCode ?? 0, (int[])[1001, 1012]);
        if (!answers)
        {
            return;
        }

        await socket.SendCloseAsync(close?.CloseCode ?? 0);
        if (socket.IsServer)
        {
            socket.EndSending();
        }

        Assert.Empty(await socket.ReadToEndAsync());
        socket.EndSending();
    }
}
