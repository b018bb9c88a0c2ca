using System.Text;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

[Collection(AloneCollection.Name)]
public sealed class ShutdownTests
{
    private const int OfEachKind = 50;
    private const int ServiceRestart = 1012;

    [Fact]
    public async Task T1_04_SIGTERM_tells_each_of_200_connections_and_ends_in_5_seconds()
    {
        await using var server = await CulvertProcess.StartAsync();
        var sockets = await OpenAllAsync(() => OpenSocketAsync(server));
        var plain = await OpenAllAsync(() => RawWebSocket.UpgradeAsync(server.Address, "/ws/lobby", server.Token));
        var eventStreams = await OpenAllAsync(() => OpenStreamAsync(server, Api.EventStream));
        var ndjson = await OpenAllAsync(() => OpenStreamAsync(server, Api.Ndjson));
        var ends = Task.WhenAll(
            Task.WhenAll(sockets.Select(s => MustBeToldAsync(s, bye: true))),
            Task.WhenAll(plain.Select(s => MustBeToldAsync(s, bye: false))),
            Task.WhenAll(eventStreams.Select(s => MustBeToldAsync(s, "data: "))),
            Task.WhenAll(ndjson.Select(s => MustBeToldAsync(s, ""))));

        var took = await server.TerminateAsync();

        await ends.Within(5);
        Bounded.Print($"{4 * OfEachKind} connections told, exit code 0 after {took.TotalMilliseconds:0} ms");
        var lines = server.Log.Lines.Count;
        Assert.True(lines <= (4 * OfEachKind) + 12, $"{lines} log lines for {4 * OfEachKind} ends:\n{server.Log}");
    }

    [Fact]
    public async Task A_client_that_never_answers_does_not_hold_the_stop_up()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var silent = await RawConnection.OpenAsync(server.Address);
        using var half = await RawConnection.OpenAsync(server.Address);
        await half.SendAsync("POST /v1/rooms/lobby/messages HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"da");
        using var stalled = await RawConnection.OpenAsync(server.Address, receiveBuffer: 4096);
        await stalled.GetAsync("/v1/rooms/lobby/events?since=start", server.Token);
        await server.Owner.PublishTextsAsync("lobby", Enumerable.Repeat(new string('x', 50_000), 100));

        var took = await server.TerminateAsync();

        Bounded.Print($"exit code 0 after {took.TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task What_was_acknowledged_before_SIGTERM_is_there_after_it()
    {
        using var directory = new TestDirectory();
        var data = directory.File("data");
        List<string> before;
        await using (var server = await CulvertProcess.StartOnAsync(data))
        {
            await server.Owner.PublishTextsAsync("lobby", Enumerable.Range(0, 200).Select(i => $"text {i}"));
            before = await server.Owner.ReadLogAsync("lobby");
            await server.TerminateAsync();
        }

        await using var again = await CulvertProcess.StartOnAsync(data);

        Assert.Equal(200, before.Count);
        Assert.Equal(before, await again.Owner.ReadLogAsync("lobby"));
    }

    private static async Task<List<T>> OpenAllAsync<T>(Func<Task<T>> open)
    {
        List<T> all = [];
        for (var i = 0; i < OfEachKind; i++)
        {
            all.Add(await open());
        }

        return all;
    }

    private static async Task<RawWebSocket> OpenSocketAsync(CulvertProcess server)
    {
        var socket = await RawWebSocket.UpgradeAsync(server.Address, "/v1/ws", server.Token);
        await socket.SendTextAsync("""{"id":1,"op":"sub","room":"lobby"}""");
        await socket.FirstLineAsync(l => EventLine.Is(l, "ready"));
        return socket;
    }

    private static async Task<StreamFollower> OpenStreamAsync(CulvertProcess server, string accept)
    {
        var stream = await server.Owner.FollowAsync("/v1/rooms/lobby/events", accept);
        await stream.FirstAsync(l => l.Contains("\"ev\":\"ready\"", StringComparison.Ordinal));
        return stream;
    }

    private static async Task MustBeToldAsync(RawWebSocket socket, bool bye)
    {
        using (socket)
        {
            // Answers the Close, as every client does, and then wants a clean end.
            List<string> lines = [];
            RawFrame? frame;
            while ((frame = await socket.ReadAsync()) is not null && frame.Opcode != RawFrame.Close)
            {
                lines.AddRange(Encoding.UTF8.GetString(frame.Payload).Split('\n'));
            }

            Assert.NotNull(frame);
            Assert.Equal(ServiceRestart, frame.CloseCode);
            await socket.SendAsync(RawFrame.BuildClose(ServiceRestart));
            Assert.Empty(await socket.ReadToEndAsync());
            Assert.Equal(bye, lines.Exists(IsBye));
        }
    }

    private static async Task MustBeToldAsync(StreamFollower stream, string prefix)
    {
        await using (stream)
        {
            // Reads to the last chunk: an end without it throws.
            var lines = await stream.ReadToEndAsync(20);
            var last = lines.FindLast(l => l.Length > 0)!;
            Assert.True(IsBye(last[prefix.Length..]), last);
        }
    }

    private static bool IsBye(string line) =>
        EventLine.Is(line, "bye") && line.Contains("\"code\":4103", StringComparison.Ordinal);
}
