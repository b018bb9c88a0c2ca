using System.Net.Sockets;
using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Tests.Hosting;
using Culvert.Tests.Pipes.Rows;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Pipes;

/// <summary>A gateway with ends of bytes behind it; each test is a row of the relay's event table.</summary>
public sealed class GatewayTargetsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Framing.Raw, false, "onetwo", Opcode.Binary)]
    [InlineData(Framing.Raw, true, "onetwo", Opcode.Text)]
    [InlineData(Framing.Line, false, "one\ntwo\n", Opcode.Text)]
    [InlineData(Framing.Length, false, "\0\0\0\u0003one\0\0\0\u0003two", Opcode.Binary)]
    [InlineData(Framing.Length, true, "\0\0\0\u0003one\0\0\0\u0003two", Opcode.Text)]
    [Row("5.2-01", Way.ToBytesThere)]
    [Row("5.2-10", Way.FromBytesBack)]
    [Row("5.3-01", Way.ToBytesThere)]
    public async Task Messages_stand_in_the_bytes_of_a_tcp_server_as_the_route_says(
        Framing framing, bool text, string expected, Opcode opcode)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.BytesTarget, route => route with
        {
            Framing = framing,
            Text = text,
        });
        var (client, peer) = await GatewayRig.JoinBytesAsync(server, backEnd);
        using var held = client;
        using var heldToo = peer;

        await client.SendAsync(client.Frames.Text("one").Text("two"));
        var bytes = await peer.ReadBytesAsync(expected.Length);
        Assert.Equal(expected, Encoding.Latin1.GetString(bytes));
        await peer.SendAsync(bytes);

        for (var got = ""; got != "onetwo";)
        {
            var message = await RawMessage.ReadAsync(client);
            Assert.Equal(opcode, message.Opcode);
            Assert.True(framing == Framing.Raw || message.Text is "one" or "two", message.Text);
            got += message.Text;
            Assert.StartsWith(got, "onetwo", StringComparison.Ordinal);
        }

        await client.SendCloseAsync(4001);
        await peer.MustEndAsync();
        Assert.Equal(4001, (await client.ReadCloseAsync()).Code);
    }

    [Fact]
    [Row("5.1-01", Way.ToClient)]
    [Row("5.3-09", Way.FromBytesBack)]
    public async Task The_client_is_let_in_when_the_server_is_there_and_its_end_is_a_close_1000()
    {
        using var backEnd = new ScriptedBackEnd();
        var server = await StartAsync(backEnd.BytesTarget);
        await using (server)
        {
            var (client, peer) = await GatewayRig.JoinBytesAsync(server, backEnd);
            await peer.SendAsync("all"u8.ToArray());
            peer.Finish();

            Assert.Equal("all", (await client.ReadAsync()).Text);
            Assert.Equal(CloseCode.Normal, (await client.ReadCloseAsync()).Code);
            await client.SendCloseAsync(1000);
            await client.MustEndAsync();
            await peer.MustEndAsync();
            client.Dispose();
            peer.Dispose();
        }

        Assert.Contains(
            $"to {backEnd.BytesTarget}: backend-eof; client closed with 1000; 0 messages (0 bytes) there",
            server.Log.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    [Row("5.3-08", Way.FromBytesBack)]
    public async Task A_server_that_breaks_is_a_close_1011()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.BytesTarget);
        var (client, peer) = await GatewayRig.JoinBytesAsync(server, backEnd);
        using var held = client;

        peer.Reset();

        Assert.Equal(CloseCode.InternalError, (await client.ReadCloseAsync()).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-06", Way.ToBytesThere)]
    [Row("5.3-08", Way.ToBytesThere)]
    public async Task A_client_that_ends_without_a_close_ends_the_bytes_and_one_that_breaks_breaks_them(bool resets)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(backEnd.BytesTarget);
        var (client, peer) = await GatewayRig.JoinBytesAsync(server, backEnd);
        using var held = client;
        using var heldToo = peer;
        await client.SendTextAsync("all");
        Assert.Equal("all"u8.ToArray(), await peer.ReadBytesAsync(3));

        if (resets)
        {
            client.Reset();
            await peer.MustBreakAsync();
        }
        else
        {
            client.Finish();
            await peer.MustEndAsync();
        }
    }

    [Theory]
    [InlineData("tcp:127.0.0.1", "error=connection_refused")]
    [InlineData("tcp:no-such-host.invalid:9", "error=dns_error")]
    [InlineData("unix:/nonexistent/socket", "error=destination_unavailable")]
    [Row("5.1-09", Way.ToClient)]
    public async Task What_cannot_be_reached_is_a_502(string target, string error)
    {
        await using var server = await StartAsync(
            target == "tcp:127.0.0.1" ? GatewayRig.NobodysTarget("tcp:") : target);
        using var client = await GatewayRig.AskAsync(server);

        var answer = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 502 ", answer, StringComparison.Ordinal);
        Assert.Contains(error, answer, StringComparison.Ordinal);
    }

    [Fact]
    [Row("5.1-13", Way.Opening)]
    public async Task A_tcp_server_outside_of_the_allowed_networks_is_not_dialled()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await StartAsync(
            backEnd.BytesTarget, route => route with { AllowNetworks = ["10.0.0.0/8"] });
        using var client = await GatewayRig.AskAsync(server);

        Assert.StartsWith("HTTP/1.1 403 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.False(backEnd.HasCaller);
    }

    [Fact]
    [Row("5.3-09", Way.FromBytesBack)]
    public async Task A_socket_file_is_a_target()
    {
        using var directory = new TestDirectory();
        var path = directory.File("s.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        await using var server = await StartAsync($"unix:{path}");
        var (client, _) = await GatewayRig.OpenAsync(server);
        using var held = client;
        using var peer = new RawPeer(
            await listener.AcceptAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel), masks: false);

        await client.SendTextAsync("over");
        Assert.Equal("over"u8.ToArray(), await peer.ReadBytesAsync(4));
        await peer.SendAsync("back"u8.ToArray());
        Assert.Equal("back", (await client.ReadAsync()).Text);
        peer.Finish();
        Assert.Equal(CloseCode.Normal, (await client.ReadCloseAsync()).Code);
    }

    [Theory]
    [InlineData("exit 0", "exit 0", CloseCode.Normal)]
    [InlineData("exit 3", "exit 3", CloseCode.InternalError)]
    [InlineData("kill -TERM $$", "signal 15", CloseCode.InternalError)]
    [Row("5.3-12", Way.FromBytesBack)]
    public async Task The_end_of_a_program_has_a_code(string ends, string note, int code)
    {
        await using var server = await StartAsync(
            $"exec:read line; echo $line; {ends}", route => route with { Framing = Framing.Line });
        var (client, _) = await GatewayRig.OpenAsync(server);
        using var held = client;

        await client.SendTextAsync("hello");

        Assert.Equal("hello", await client.ReadTextAsync());
        var close = await client.ReadCloseAsync();
        Assert.Equal((code, $"relay: {note}"), (close.Code, close.Reason));
        await client.SendCloseAsync(code);
        await client.MustEndAsync();
    }

    [Fact]
    [Row("5.3-01", Way.ToBytesThere)]
    public async Task Each_client_has_a_program_of_its_own_whose_input_ends_with_it()
    {
        await using var server = await StartAsync("exec:cat", route => route with { Framing = Framing.Line });
        var clients = new[] { await GatewayRig.OpenAsync(server), await GatewayRig.OpenAsync(server) };
        foreach (var (client, _) in clients)
        {
            await client.SendTextAsync("one");
            Assert.Equal("one", await client.ReadTextAsync());
            await client.SendCloseAsync(4001);
            Assert.Equal(4001, (await client.ReadCloseAsync()).Code);
            await client.MustEndAsync();
            client.Dispose();
        }
    }

    [Fact]
    [Row("5.2-07", Way.ToBytesThere)]
    [Row("5.3-01", Way.ToBytesThere)]
    public async Task Discard_takes_everything_and_ends_with_the_client()
    {
        await using var server = await StartAsync("discard:");
        var (client, _) = await GatewayRig.OpenAsync(server);
        using var held = client;

        await client.SendAsync(client.Frames.Frame(Opcode.Binary, new byte[100_000]).Frame(Opcode.Ping, "p"u8));
        Assert.Equal("p", (await client.ReadAsync()).Text);
        await client.SendCloseAsync(4001);

        Assert.Equal(4001, (await client.ReadCloseAsync()).Code);
        await client.MustEndAsync();
    }

    [Theory]
    [InlineData("a, b, c", "Sec-WebSocket-Protocol: b\r\n")]
    [InlineData("c, b", "Sec-WebSocket-Protocol: c\r\n")]
    [InlineData("x", null)]
    public async Task Bytes_speak_the_first_subprotocol_of_the_client_that_the_route_names(
        string offered, string? agreed)
    {
        await using var server = await StartAsync(
            "discard:", route => route with { Subprotocols = ["b", "c"] });

        var (client, answer) = await GatewayRig.OpenAsync(server, $"Sec-WebSocket-Protocol: {offered}");

        using var held = client;
        Assert.Equal(agreed is not null, answer.Contains("Sec-WebSocket-Protocol", StringComparison.Ordinal));
        Assert.Contains(agreed ?? "", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_list_bytes_speak_no_subprotocol()
    {
        await using var server = await StartAsync("discard:");

        var (client, answer) = await GatewayRig.OpenAsync(server, "Sec-WebSocket-Protocol: a");

        using var held = client;
        Assert.DoesNotContain("Sec-WebSocket-Protocol", answer);
    }

    [Theory]
    [InlineData("tcp-listen:0")]
    [InlineData("stdio")]
    [InlineData("ws://h", "tcp:h:1")]
    public async Task A_target_that_cannot_be_dialled_stops_the_start(params string[] targets)
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => GatewayRig.StartAsync(new PipeRouteOptions { Targets = targets }));
    }

    private static Task<TestServer> StartAsync(
        string target, Func<PipeRouteOptions, PipeRouteOptions>? configure = null)
    {
        var route = new PipeRouteOptions { Targets = [target] };
        return GatewayRig.StartAsync(configure?.Invoke(route) ?? route);
    }
}
