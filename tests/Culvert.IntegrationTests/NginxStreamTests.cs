using System.Diagnostics;
using System.Net;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;
using Culvert.Tests.Support;

namespace Culvert.IntegrationTests;

/// <summary>Streams and WebSockets through nginx, with its default buffering and without.</summary>
public sealed class NginxStreamTests
{
    private const int Lines = 20;

    [Theory]
    [InlineData(Api.Ndjson, true)]
    [InlineData(Api.Ndjson, false)]
    [InlineData(Api.EventStream, true)]
    [InlineData(Api.EventStream, false)]
    public async Task Every_line_arrives_at_once(string accept, bool buffering)
    {
        await using var server = await CulvertProcess.StartAsync();
        await using var nginx = await NginxProcess.StartAsync(server.Address, buffering);
        using var through = new Api(nginx.Address, server.Token);
        await using var stream = await through.FollowAsync("/v1/rooms/lobby/events?since=now", accept);
        await stream.FirstAsync(l => l.Contains("\"ev\":\"ready\"", StringComparison.Ordinal));
        var published = 0;

        await BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(2), async () =>
        {
            var late = new List<double>();
            while (late.Count < Lines)
            {
                late.Add(await PassAsync(server, stream, $"line {published++}"));
            }

            late.Sort();
            Bounded.Print(
                $"{accept}, buffering {(buffering ? "on" : "off")}: from publish to arrival median "
                + $"{late[Lines / 2] * 1000:0.0} ms, longest {late[^1] * 1000:0.0} ms");

            // The median has a quarter of the limit.
            return TimeSpan.FromSeconds(Math.Max(late[^1], 4 * late[Lines / 2]));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_WebSocket_is_upgraded_and_carries_messages_both_ways(bool buffering)
    {
        await using var server = await CulvertProcess.StartAsync();
        await using var nginx = await NginxProcess.StartAsync(server.Address, buffering);
        using var socket = await RawWebSocket.UpgradeAsync(nginx.Address, "/v1/ws", server.Token);

        await socket.FirstLineAsync(l => EventLine.Is(l, "hello"));
        await socket.SendTextAsync("""{"id":1,"op":"sub","room":"lobby","since":"now"}""");
        await socket.FirstLineAsync(l => EventLine.Is(l, "ready"));
        await socket.SendTextAsync("""{"id":2,"op":"pub","room":"lobby","data":{"text":"through nginx"}}""");

        var shown = await socket.FirstLineAsync(l => EventLine.Is(l, "msg"));
        Assert.Equal("through nginx", EventLine.TextOf(shown));
        await socket.SendAsync(RawFrame.BuildClose(1000));
        var end = (await socket.ReadToEndAsync()).Single(f => f.Opcode == RawFrame.Close);
        Assert.Equal(1000, end.CloseCode);
    }

    /// <summary>The seconds from publishing a line to its arrival.</summary>
    private static async Task<double> PassAsync(CulvertProcess server, StreamFollower stream, string text)
    {
        // Reading has begun before the message is there: what is measured is the way, not the reader.
        var arriving = ArriveAsync(stream, text);
        // From the request on: the acknowledgement often comes after the line.
        var sent = Stopwatch.GetTimestamp();
        var (status, _) = await server.Owner.PublishAsync("lobby", $$"""{"text":"{{text}}"}""");
        Assert.Equal(HttpStatusCode.Created, status);
        return Stopwatch.GetElapsedTime(sent, await arriving.Within(20)).TotalSeconds;
    }

    private static async Task<long> ArriveAsync(StreamFollower stream, string text)
    {
        await stream.FirstAsync(l => l.Contains($"\"text\":\"{text}\"", StringComparison.Ordinal));
        return Stopwatch.GetTimestamp();
    }
}
