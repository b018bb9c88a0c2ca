using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.Tests.Support;

namespace Culvert.IntegrationTests;

/// <summary>
/// The real <c>culvert tunnel</c> with the real <c>culvert serve</c>, and programs that know of neither.
/// </summary>
public sealed class TunnelCommandTests : IDisposable
{
    private const string Forwarding = "forwarding ";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(10)]
    [InlineData(50_000)]
    public async Task A_tcp_program_runs_unchanged_to_a_port_behind_the_server(int bytes)
    {
        await using var peer = ServePeer();
        await using var server = await ServeAsync();

        await using var tunnel = Tunnel(server, "-L", $"0:127.0.0.1:{await PortAsync(peer)}");

        await AskAsync(await ForwardAsync(tunnel), bytes, 10);
        await TerminateAsync(tunnel);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(50_000)]
    public async Task A_tcp_program_runs_unchanged_to_a_name(int bytes)
    {
        await using var peer = ServePeer();
        await using var server = await ServeAsync();
        await using var agent = Tunnel(server, "-R", $"game-7=127.0.0.1:{await PortAsync(peer)}", "--carriers", "2");
        await agent.Output.FirstAsync(line => line.StartsWith(Forwarding, StringComparison.Ordinal)).Within(30);

        await using var tunnel = Tunnel(server, "-L", "127.0.0.1:0:game-7");

        await AskAsync(await ForwardAsync(tunnel), bytes, 10);
        await TerminateAsync(tunnel);
        await TerminateAsync(agent);
        Assert.Empty(agent.Errors.Lines);
    }

    [Fact]
    public Task A_server_that_restarts_has_its_tunnels_back_within_five_seconds() =>
        // The longer the start takes, the longer the delay that may be drawn meanwhile.
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(5), async () =>
        {
            await using var peer = ServePeer();
            var first = await ServeAsync();
            await using var relay = new SilentRelay(first.Address);
            var target = $"127.0.0.1:{await PortAsync(peer)}";
            await using var agent = Start(relay.Address, first, "-R", $"game-7={target}");
            await agent.Output.FirstAsync(line => line.StartsWith(Forwarding, StringComparison.Ordinal)).Within(30);
            await using var tunnel = Start(relay.Address, first, "-L", "0:game-7");
            var near = await ForwardAsync(tunnel);
            await AskAsync(near, 10, 1);

            await first.TerminateAsync();
            await first.DisposeAsync();
            await using var second = await ServeAsync();
            var started = Stopwatch.GetTimestamp();
            relay.Server = second.Address;
            await agent.Errors.FirstAsync(IsBack).Within(30);
            await tunnel.Errors.FirstAsync(IsBack).Within(30);
            var took = Stopwatch.GetElapsedTime(started);

            await AskAsync(near, 10, 1);
            return took;
        });

    [Fact]
    public async Task A_carrier_that_swallows_everything_is_left_in_time_and_its_name_moves_at_once()
    {
        await using var peer = ServePeer();
        await using var server = await ServeAsync("\"pingInterval\": \"1h\",");
        await using var relay = new SilentRelay(server.Address);
        var target = $"127.0.0.1:{await PortAsync(peer)}";
        await using var agent = Start(relay.Address, server, "-R", $"game-7={target}", "-L", $"0:{target}");
        using var leg = new TcpClient();
        await leg.ConnectAsync(IPAddress.Loopback, await ForwardAsync(agent), Bounded.Cancelled);
        await agent.Output.FirstAsync(line => line == $"forwarding game-7 to {target}").Within(30);
        await using var tunnel = Tunnel(server, "-L", "0:game-7");
        var near = await ForwardAsync(tunnel);
        await AskAsync(near, 10, 1);

        relay.Swallow();
        var started = Stopwatch.GetTimestamp();
        var lost = await agent.Errors.FirstAsync(l => l.Contains("was lost", StringComparison.Ordinal)).Within(60);
        var took = Stopwatch.GetElapsedTime(started);
        await agent.Errors.FirstAsync(IsBack).Within(30);

        Assert.Contains("no answer to a ping within 15 s", lost, StringComparison.Ordinal);
        Assert.True(took < TimeSpan.FromSeconds(40), $"lost after {took.TotalSeconds:0.0} s");
        var error = await Assert.ThrowsAsync<IOException>(
            () => leg.GetStream().ReadAsync(new byte[1], Bounded.Cancelled).AsTask().Within(10));
        Assert.Equal(SocketError.ConnectionReset, (error.InnerException as SocketException)?.SocketErrorCode);
        await AskAsync(near, 10, 10);
    }

    [Theory]
    [InlineData(4, "401", "-W", "game-7", "--token", "wrong")]
    [InlineData(6, "does not list", "-L", "0:10.1.2.3:80")]
    [InlineData(7, "No agent has the name game-7", "-L", "0:game-7")]
    [InlineData(7, "No agent has the name game-7", "-W", "game-7")]
    public async Task Each_refusal_has_a_line_and_an_exit_code(int code, string words, params string[] arguments)
    {
        await using var server = await ServeAsync();

        await using var tunnel = Tunnel(server, arguments);

        await tunnel.MustExitAsync(code, Limit);
        Assert.Contains(words, Assert.Single(tunnel.Errors.Lines), StringComparison.Ordinal);
        Assert.Empty(tunnel.Output.Lines);
    }

    [Fact]
    public async Task A_program_that_starts_again_takes_its_name_over()
    {
        await using var peer = ServePeer();
        await using var server = await ServeAsync();
        var remote = $"game-7=127.0.0.1:{await PortAsync(peer)}";
        await using var first = Tunnel(server, "-R", remote);
        await first.Output.FirstAsync(line => line.StartsWith(Forwarding, StringComparison.Ordinal)).Within(30);

        await using var second = Tunnel(server, "-R", remote);

        await first.MustExitAsync(9, Limit);
        Assert.Contains("taken over", Assert.Single(first.Errors.Lines), StringComparison.Ordinal);
        await TerminateAsync(second);
    }

    private static bool IsBack(string line) => line == "culvert tunnel: connected again";

    private async Task<CulvertProcess> ServeAsync(string settings = "") =>
        await CulvertProcess.StartOnAsync(_directory.File("data"), "--config", await ConfigureAsync(settings));

    /// <summary>Lets tunnels through to this machine, which a server does not do of itself.</summary>
    private async Task<string> ConfigureAsync(string settings)
    {
        var file = _directory.File("culvert.json");
        var text = $$"""{ "tunnels": { {{settings}} "allow": ["name:*", "127.0.0.1:*"] } }""";
        await File.WriteAllTextAsync(file, text, Bounded.Cancelled);
        return file;
    }

    private static ChildProcess Tunnel(CulvertProcess server, params string[] arguments) =>
        Start(server.Address, server, arguments);

    private static ChildProcess Start(Uri address, CulvertProcess server, params string[] arguments) =>
        ChildProcess.Start(Programs.Culvert, ["tunnel", $"{address}", "--data", server.Data, .. arguments]);

    private static ChildProcess ServePeer() =>
        ChildProcess.Start(Programs.Python, [Programs.Peer("peer_tcp.py"), "serve", "0"]);

    private static async Task<int> PortAsync(ChildProcess peer)
    {
        var line = await peer.Output.FirstAsync(l => l.StartsWith("listening ", StringComparison.Ordinal)).Within(30);
        return int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>The local port of the first forward that listens here.</summary>
    private static async Task<int> ForwardAsync(ChildProcess tunnel)
    {
        var line = await tunnel.Output
            .FirstAsync(l => l.StartsWith($"{Forwarding}127.0.0.1:", StringComparison.Ordinal))
            .Within(30);
        return IPEndPoint.Parse(line.Split(' ')[1]).Port;
    }

    private static async Task AskAsync(int port, int bytes, int count)
    {
        await using var peer = await ChildProcess.RunAsync(
            Limit, Programs.Python, [Programs.Peer("peer_tcp.py"), "ask", $"{port}", $"{bytes}", $"{count}"]);
        var right = Enumerable.Range(0, count).Select(i => $"{i} right").Append("Done.");
        Assert.Equal(right.Order(), peer.Output.Lines.Order());
    }

    private static async Task TerminateAsync(ChildProcess tunnel)
    {
        tunnel.Signal(UnixSignal.Terminate);
        await tunnel.MustExitAsync(0, Limit);
    }
}
