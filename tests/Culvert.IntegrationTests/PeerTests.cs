using System.Text.Json;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>Programs that know nothing of Culvert publish, follow and resume.</summary>
public sealed class PeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Python_websockets_publishes_follows_and_resumes()
    {
        await using var server = await CulvertProcess.StartAsync();

        await MustPassAsync(Programs.Python, "peer_websockets.py", server.WebSocketAddress(""), server.Token);
    }

    [Fact]
    public async Task Python_aiohttp_publishes_follows_and_resumes()
    {
        await using var server = await CulvertProcess.StartAsync();

        await MustPassAsync(Programs.Python, "peer_aiohttp.py", server.Address, server.Token);
    }

    [Fact]
    public async Task Node_ws_publishes_follows_and_resumes()
    {
        await using var server = await CulvertProcess.StartAsync();

        await MustPassAsync("node", "peer_ws.js", server.WebSocketAddress(""), server.Token);
    }

    [Fact]
    public async Task Python_websockets_gets_back_whatever_it_sends_to_an_echo()
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");

        await MustPassAsync(Programs.Python, "echo_websockets.py", server.WebSocketAddress("/echo"));
    }

    [Fact]
    public async Task Node_ws_gets_back_whatever_it_sends_to_an_echo()
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");

        await MustPassAsync("node", "echo_ws.js", server.WebSocketAddress("/echo"));
    }

    [Fact]
    public async Task Curl_publishes_follows_and_resumes()
    {
        await using var server = await CulvertProcess.StartAsync();
        var room = new Uri(server.Address, "/v1/rooms/lobby");
        string[] post = ["-H", "Content-Type: text/plain", "--data-binary"];
        var first = await CurlAsync(server, [.. post, "from curl", $"{room}/messages"]);
        Assert.Equal("""{"offset":1,"seq":1,"dup":false,"durable":"disk"}""", first.Trim());
        await using var follower = StartCurl(server, [$"{room}/events?since=start"]);
        var shown = await follower.Output.FirstAsync(l => EventLine.Is(l, "msg")).Within(20);
        Assert.Equal("from curl", EventLine.TextOf(shown));
        var ready = EventLine.Parse(await follower.Output.FirstAsync(l => EventLine.Is(l, "ready")).Within(20));
        await follower.DisposeAsync();

        await CurlAsync(server, [.. post, "while away", $"{room}/messages"]);
        await using var again = StartCurl(server, [$"{room}/events?since={ready.GetProperty("cursor").GetString()}"]);

        var missed = await again.Output.FirstAsync(l => EventLine.Is(l, "msg")).Within(20);
        Assert.Equal("while away", EventLine.TextOf(missed));
        var page = JsonDocument.Parse(await CurlAsync(server, ["-H", "Accept: application/json", $"{room}/events"]));
        Assert.Equal(2, page.RootElement.GetProperty("events").GetArrayLength());
    }

    private static ChildProcess StartCurl(CulvertProcess server, string[] arguments) =>
        ChildProcess.Start("curl", ["-sSN", "-H", $"Authorization: Bearer {server.Token}", .. arguments]);

    private static async Task<string> CurlAsync(CulvertProcess server, string[] arguments)
    {
        await using var curl = StartCurl(server, arguments);
        await curl.MustExitAsync(0, Limit);
        return curl.Output.ToString();
    }

    private static async Task MustPassAsync(string program, string peer, Uri address, params string[] arguments)
    {
        var url = address.ToString().TrimEnd('/');
        var variables = new Dictionary<string, string?>();
        if (program == "node")
        {
            Assert.True(
                Programs.NodeModules is { Length: > 0 },
                "CULVERT_TEST_NODE_MODULES must name the folder of the module ws");
            variables["NODE_PATH"] = Programs.NodeModules;
        }

        await using var child = ChildProcess.Start(program, [Programs.Peer(peer), url, .. arguments], variables);
        child.Input.Close();
        await child.MustExitAsync(0, Limit);
        Assert.Equal("ok", child.Output.ToString());
    }
}
