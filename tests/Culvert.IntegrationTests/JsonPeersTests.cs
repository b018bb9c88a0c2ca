using System.Globalization;
using System.Text.RegularExpressions;
using Culvert.Client;
using Culvert.Client.Messages;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>The sample JsonPeers against Python's websockets, both ways round, and through what lies between.</summary>
public sealed class JsonPeersTests
{
    private const string Listening = "listening on ";

    private static string Program { get; } = Path.Combine(
        Programs.Repository,
        "samples/JsonPeers/bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, // Never null: the tests are in bin/CONFIGURATION.
        "net10.0/JsonPeers");

    [Fact]
    public async Task A_Python_client_gets_its_object_back_changed_as_a_binary_message_and_a_normal_end()
    {
        var (server, url) = await ServeAsync();
        await using var running = server;

        var lines = await PythonAsync("client", url);

        var line = Assert.Single(lines);
        Assert.StartsWith("""{"bool": false, "message": "Message from Server", """, line, StringComparison.Ordinal);
        Assert.EndsWith(""" "more": {"\u00e9": [1.5, null]}, "number": 256} 1000""", line, StringComparison.Ordinal);
        await server.Output.FirstAsync(l => l.StartsWith("/: {", StringComparison.Ordinal)).Within(20);
    }

    [Fact]
    public async Task Ten_Python_threads_share_the_port_and_are_told_apart_by_path()
    {
        var (server, url) = await ServeAsync();
        await using var running = server;

        var lines = await PythonAsync("threads", url);

        Assert.Equal(10, lines.Count);
        for (var n = 0; n < 10; n++)
        {
            var number = n.ToString(CultureInfo.InvariantCulture);
            Assert.Contains(lines, l => l.EndsWith($"\"number\": {number}}} 1000", StringComparison.Ordinal));
            await server.Output.FirstAsync(l => l.StartsWith($"/client{number}: ", StringComparison.Ordinal))
                .Within(20);
        }
    }

    [Fact]
    public async Task What_is_no_JSON_object_gets_a_clear_answer_and_harms_nobody()
    {
        var (server, url) = await ServeAsync();
        await using var running = server;

        var odd = await PythonAsync("odd", url);
        var next = await PythonAsync("client", url);

        Assert.Equal(7, odd.Count);
        Assert.All(odd, l => Assert.StartsWith("1003 send one JSON object as a binary message: ", l));
        Assert.Single(next);
        Assert.Empty(server.Errors.Lines);
    }

    [Theory]
    [InlineData("client", 1)]
    [InlineData("threads", 10)]
    public async Task The_blocking_client_talks_to_a_Python_server(string command, int clients)
    {
        await using var server = ChildProcess.Start(
            Programs.Python, [Programs.Peer("json_websockets.py"), "serve", "0"]);
        var line = await server.Output.FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal)).Within(30);

        var lines = await RunAsync(command, $"ws://127.0.0.1:{line[Listening.Length..]}");

        Assert.Equal(clients, lines.Count(l => Regex.IsMatch(
            l, """^\{"message":"Message from Server","number":\d+,"bool":false\}$""")));
        Assert.Equal(clients == 1 ? "Finish." : "Done.", lines[^1]);
        Assert.Equal(clients, server.Output.Lines.Count(l => l.StartsWith('/')));
    }

    [Fact]
    public async Task Client_and_server_talk_through_nginx()
    {
        var (server, url) = await ServeAsync();
        await using var running = server;
        await using var nginx = await NginxProcess.StartAsync(
            new Uri(url.Replace("ws://", "http://", StringComparison.Ordinal)), buffering: true);

        var ours = await RunAsync("threads", $"ws://{nginx.Address.Authority}");
        var pythons = await PythonAsync("client", $"ws://{nginx.Address.Authority}/client0");

        Assert.Equal("Done.", ours[^1]);
        Assert.EndsWith(" 1000", Assert.Single(pythons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_connects_through_an_HTTP_proxy_and_gives_its_password()
    {
        var (server, url) = await ServeAsync();
        await using var running = server;
        await using var proxy = new ConnectProxy();
        var known = new MessageClientOptions { Proxy = proxy.Address };
        var unknown = new MessageClientOptions { Proxy = new Uri($"http://{proxy.Address.Authority}") };

        await using (var client = await MessageClient.ConnectAsync(new Uri(url), known, Bounded.Cancelled))
        {
            await client.SendAsync("{}"u8.ToArray(), MessageKind.Binary, Bounded.Cancelled);
            using var answer = await client.ReceiveAsync(Bounded.Cancelled).Within(20);
            Assert.Equal("""{"message":"Message from Server","bool":false}""", answer.GetText());
        }

        var refused = await Assert.ThrowsAsync<ConnectFailedException>(
            () => MessageClient.ConnectAsync(new Uri(url), unknown, Bounded.Cancelled).AsTask());

        Assert.Equal([new Uri(url).Authority, new Uri(url).Authority], proxy.Targets);
        Assert.Equal((ConnectStage.Proxy, 407, "who?"), (refused.Stage, refused.Status, refused.BodyHead));
    }

    private static async Task<(ChildProcess Server, string Url)> ServeAsync()
    {
        var server = ChildProcess.Start(Program, ["serve", "--host", "127.0.0.1", "--port", "0"]);
        var line = await server.Output.FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal)).Within(60);
        return (server, line[Listening.Length..]);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(params string[] arguments)
    {
        await using var program = ChildProcess.Start(Program, arguments);
        program.Input.Close();
        await program.MustExitAsync(0, TimeSpan.FromSeconds(60));
        return program.Output.Lines;
    }

    private static async Task<IReadOnlyList<string>> PythonAsync(params string[] arguments)
    {
        await using var client = ChildProcess.Start(
            Programs.Python, [Programs.Peer("json_websockets.py"), .. arguments]);
        client.Input.Close();
        await client.MustExitAsync(0, TimeSpan.FromSeconds(60));
        return client.Output.Lines;
    }
}
