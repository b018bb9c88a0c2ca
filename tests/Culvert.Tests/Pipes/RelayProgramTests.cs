using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Endpoints;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>Ends that are no plain sockets: programs, standard input, TLS. Rows of section 5.3.</summary>
public sealed class RelayProgramTests
{
    [Theory]
    [InlineData("printf all", true, 1000, "relay: exit 0")]
    [InlineData("printf all", false, 1000, "relay: exit 0")]
    [InlineData("printf all; exit 3", true, 1011, "relay: exit 3")]
    [InlineData("printf all; exit 3", false, 1011, "relay: exit 3")]
    [InlineData("printf all; kill -9 $$", true, 1011, "relay: signal 9")]
    [InlineData("printf all; kill -9 $$", false, 1011, "relay: signal 9")]
    [Row("5.3-12", Way.FromBytes)]
    public async Task Exit_of_a_program_is_a_Close_that_says_how(
        string command, bool programIsFirst, int code, string reason)
    {
        await using var rig = await StartAsync(
            programIsFirst ? LegKind.WebSocketClient : LegKind.WebSocketServer, command, programIsFirst);
        var socket = programIsFirst ? rig.BackEnd : rig.Client;

        Assert.Equal("all", (await socket.ReadAsync()).Text);
        var close = await socket.ReadCloseAsync();
        Assert.Equal((code, reason), (close.Code, close.Reason));
        await socket.SendCloseAsync(code);
        socket.Finish();
        await rig.EndAsync();
    }

    [Theory]
    [InlineData("printf all", true, true)]
    [InlineData("printf all", false, true)]
    [InlineData("printf all; exit 3", true, false)]
    [InlineData("printf all; exit 3", false, false)]
    [InlineData("printf all; kill -9 $$", true, false)]
    [InlineData("printf all; kill -9 $$", false, false)]
    [Row("5.3-12", Way.Bytes)]
    public async Task Exit_of_a_program_is_the_end_of_bytes_or_their_reset(
        string command, bool programIsFirst, bool isProper)
    {
        await using var rig = await StartAsync(LegKind.Bytes, command, programIsFirst);
        var bytes = programIsFirst ? rig.BackEnd : rig.Client;

        Assert.Equal("all"u8.ToArray(), await bytes.ReadBytesAsync(3));
        if (isProper)
        {
            await bytes.MustEndAsync();
            bytes.Finish();
        }
        else
        {
            await bytes.MustBreakAsync();
        }

        await rig.EndAsync();
    }

    [Theory]
    [InlineData("cat >/dev/null", true)]
    [InlineData("cat >/dev/null", false)]
    [InlineData("trap '' INT; sleep 1000 & wait", false)]
    [Row("5.3-12", Way.FromBytes)]
    public async Task Exit_of_a_program_follows_the_end_of_the_WebSocket(string command, bool programIsFirst)
    {
        await using var rig = await StartAsync(
            programIsFirst ? LegKind.WebSocketClient : LegKind.WebSocketServer, command, programIsFirst);
        var socket = programIsFirst ? rig.BackEnd : rig.Client;

        await socket.SendCloseAsync(1000);
        await socket.ReadCloseAsync();
        socket.Finish();

        await rig.PassToEndAsync();
        await rig.EndAsync();
    }

    [Fact]
    [Row("5.3-11", Way.FromBytesThere)]
    public async Task End_of_the_standard_input_is_no_Close_while_the_answer_comes()
    {
        var (stdio, input, output) = Stdio();
        await using var rig = await RelayRig.StartAsync(LegKind.WebSocketClient, stdio, endIsFirst: true);
        await input.WriteAsync("ask"u8.ToArray(), TestContext.Current.CancellationToken);
        await input.CompleteAsync();
        Assert.Equal("ask", (await rig.BackEnd.ReadAsync()).Text);
        await RelayRig.UntilAsync(() => rig.Relay.IsHalfClosed);
        Assert.Equal(0, rig.BackEnd.Socket.Available);

        await rig.BackEnd.SendTextAsync("answer");
        await rig.BackEnd.SendCloseAsync(1000);

        Assert.Equal(1000, (await rig.BackEnd.ReadCloseAsync()).Code);
        rig.BackEnd.Finish();
        (await rig.EndAsync()).MustBe("client", "half-close");
        Assert.Equal("answer", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    [Row("5.3-11", Way.FromBytesThere)]
    public async Task End_of_the_standard_input_is_a_Close_after_the_linger()
    {
        var (stdio, input, _) = Stdio();
        await using var rig = await RelayRig.StartAsync(
            LegKind.WebSocketClient, stdio, endIsFirst: true, new RelayRules { Linger = TimeSpan.FromSeconds(2) });
        await input.CompleteAsync();
        await RelayRig.UntilAsync(() => rig.Relay.IsHalfClosed);

        await rig.PassAsync(TimeSpan.FromSeconds(2.5));

        Assert.Equal(CloseCode.Normal, (await rig.BackEnd.ReadCloseAsync()).Code);
        await rig.BackEnd.SendCloseAsync(1000);
        rig.BackEnd.Finish();
        await rig.EndAsync();
    }

    [Fact]
    [Row("5.3-11", Way.BytesThere)]
    public async Task End_of_the_standard_input_is_the_end_of_bytes_and_the_answer_still_comes()
    {
        var (stdio, input, output) = Stdio();
        await using var rig = await RelayRig.StartAsync(LegKind.Bytes, stdio, endIsFirst: true);
        await input.WriteAsync("ask"u8.ToArray(), TestContext.Current.CancellationToken);
        await input.CompleteAsync();
        Assert.Equal("ask"u8.ToArray(), await rig.BackEnd.ReadToEndAsync());

        await rig.BackEnd.SendAsync("answer"u8.ToArray());
        rig.BackEnd.Finish();

        (await rig.EndAsync()).MustBe("client", "half-close");
        Assert.Equal("answer", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    [Row("5.3-08", Way.SocketsBack)]
    public async Task Reset_is_also_what_TLS_is_that_ends_without_saying_so()
    {
        using var certificates = new Certificates();
        using var certificate = certificates.Issue("127.0.0.1");
        using var loopback = new Loopback();
        var endpoint = Loopback.Parse($"wss://127.0.0.1:{loopback.Port}/");
        var rules = new DialRules { Authorities = certificates.Authorities };
        var accepting = loopback.AcceptAsync();
        var dialled = await new Dialer(rules, TimeProvider.System).DialAsync(endpoint, Loopback.Cancelled);
        using var socket = await accepting;
        await using var server = new SslStream(new NetworkStream(socket));
        var opening = TlsLeg.OpenAsync(dialled, endpoint, rules, TimeProvider.System, Loopback.Cancelled);
        await server.AuthenticateAsServerAsync(certificate).WaitAsync(Loopback.Limit, Loopback.Cancelled);
        var leg = new WebSocketLeg(await opening, LegKind.WebSocketClient);
        await using var rig = await RelayRig.StartAsync(LegKind.WebSocketServer, leg, endIsFirst: false);
        await server.WriteAsync(rig.BackEnd.Frames.Text("last").ToArray(), Loopback.Cancelled);
        Assert.Equal("last", await rig.Client.ReadTextAsync());

        socket.Shutdown(SocketShutdown.Send);

        Assert.Equal(CloseCode.InternalError, (await rig.Client.ReadCloseAsync()).Code);
        await rig.Client.SendCloseAsync(1011);
        rig.Client.Finish();
        (await rig.EndAsync()).MustBe("backend", "reset");
    }

    private static Task<RelayRig> StartAsync(LegKind peer, string command, bool programIsFirst) => RelayRig.StartAsync(
        peer,
        ExecLeg.Start(Loopback.Parse($"exec:{command}"), TimeProvider.System),
        programIsFirst,
        new RelayRules { FirstClosesOnEof = programIsFirst });

    private static (StdioLeg Leg, PipeWriter Input, MemoryStream Output) Stdio()
    {
        var input = new Pipe();
        var output = new MemoryStream();
        return (new StdioLeg(input.Reader.AsStream(), output), input.Writer, output);
    }
}
