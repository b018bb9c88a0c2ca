using System.Net;
using Culvert.Server.Pipes;
using Culvert.Tests.Pipes;

namespace Culvert.Tests.Hosting;

public sealed class MetricsEndpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Owners_read_what_rooms_did_and_what_the_process_needs()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(
            ["culvert_connections{transport=\"sse\"} 0", "culvert_deliveries_total 0"],
            await LinesAsync(server, "culvert_connections{transport=\"sse\"}", "culvert_deliveries_total"));

        using var client = new HttpClient { BaseAddress = new Uri(server.Server.Addresses[0]) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.OwnerToken);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        await using var stream = await client.GetStreamAsync("/v1/rooms/lobby/events", Cancel);
        using var reader = new StreamReader(stream);
        using var posted = await server.SendAsync(
            HttpMethod.Post, "/v1/rooms/lobby/messages", new { data = 1 }, server.OwnerToken);
        while (await reader.ReadLineAsync(Cancel) is { } line
            && !line.StartsWith("event: msg", StringComparison.Ordinal))
        {
            // Comes to the message, which the room has counted then.
        }

        Assert.Equal(
            [
                "culvert_commit_duration_seconds_count 1",
                "culvert_connections{transport=\"sse\"} 1",
                "culvert_deliveries_total 1",
                "culvert_publishes_total 1",
            ],
            await LinesAsync(
                server,
                "culvert_commit_duration_seconds_count",
                "culvert_connections{transport=\"sse\"}",
                "culvert_deliveries_total",
                "culvert_publishes_total"));
        Assert.All(
            await LinesAsync(server, "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds"),
            line => Assert.DoesNotMatch(" 0$", line));
    }

    [Fact]
    public async Task Routes_tell_who_ended_their_sessions_and_why()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions { Targets = [backEnd.Target] });
        var (client, peer, _, _) = await GatewayRig.JoinAsync(server, backEnd);
        using var held = client;
        using var heldToo = peer;
        await ShownAsync(server, "culvert_pipe_sessions{route=\"/gw\"} 1");

        await client.SendTextAsync("text");
        await client.SendCloseAsync(4001, "mine");
        Assert.Equal("text", await peer.ReadTextAsync());
        await peer.ReadCloseAsync();
        await peer.SendCloseAsync(4001);
        peer.Finish();
        await client.ReadCloseAsync();
        await client.MustEndAsync();
        client.Finish();

        await ShownAsync(server, "culvert_pipe_sessions{route=\"/gw\"} 0");
        await ShownAsync(server, "culvert_pipe_ends_total{route=\"/gw\",by=\"client\",reason=\"close\"} 1");
        await ShownAsync(server, "culvert_pipe_messages_total{route=\"/gw\",direction=\"there\"} 1");
    }

    [Fact]
    public async Task Nobody_else_reads_them()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("ann");
        var cookie = await server.SignInAsync("ann");

        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusAsync(HttpMethod.Get, "/metrics"));
        Assert.Equal(HttpStatusCode.Forbidden, await server.StatusAsync(HttpMethod.Get, "/metrics", cookie: cookie));
    }

    /// <summary>Asks until the line is there: sessions are counted a little after their peers know.</summary>
    private static async Task ShownAsync(TestServer server, string line)
    {
        for (var left = 1000; left > 0; left--)
        {
            if ((await LinesAsync(server, line)).Contains(line))
            {
                return;
            }
        }

        Assert.Fail($"{line} is never shown.");
    }

    /// <summary>The lines that begin so.</summary>
    private static async Task<string[]> LinesAsync(TestServer server, params string[] starts)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/metrics", token: server.OwnerToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var type = response.Content.Headers.NonValidated["Content-Type"].ToString();
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", type);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        return
        [
            .. text.Split('\n').Where(line => starts.Any(start => line.StartsWith(start, StringComparison.Ordinal))),
        ];
    }
}
