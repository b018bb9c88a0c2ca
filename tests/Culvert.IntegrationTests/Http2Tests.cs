using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>HTTP/2 without TLS, on the port that speaks HTTP/1.1 too.</summary>
public sealed class Http2Tests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("--http2-prior-knowledge", "2 200")]
    [InlineData("--http1.1", "1.1 200")]
    public async Task One_port_speaks_both_versions(string option, string expected)
    {
        await using var server = await CulvertProcess.StartAsync();
        var url = new Uri(server.Address, "/healthz").ToString();

        await using var curl = ChildProcess.Start(
            "curl", ["-sS", option, "-o", "/dev/null", "-w", "%{http_version} %{http_code}", url]);
        await curl.MustExitAsync(0, Limit);

        Assert.Equal(expected, curl.Output.ToString().Trim());
    }

    [Fact]
    public async Task A_WebSocket_opens_over_HTTP_2()
    {
        await using var server = await CulvertProcess.StartAsync("--pipe", "/echo=echo:");
        var url = new Uri(server.Address, "/echo").ToString();

        await using var node = ChildProcess.Start("node", [Programs.Peer("http2_ws.js"), url]);
        await node.MustExitAsync(0, Limit);

        Assert.Equal("ok", node.Output.ToString());
    }

    [Fact]
    public async Task A_stop_ends_connections_of_HTTP_2_too()
    {
        await using var server = await CulvertProcess.StartAsync();
        var url = new Uri(server.Address, "/v1/rooms/lobby/events").ToString();
        await using var curl = ChildProcess.Start(
            "curl", ["-sSN", "--http2-prior-knowledge", "-H", $"Authorization: Bearer {server.Token}", url]);
        await curl.Output.FirstAsync(line => EventLine.Is(line, "ready")).Within(20);

        await server.TerminateAsync();

        await curl.MustExitAsync(0, Limit);
    }
}
