using System.Net;
using System.Net.Sockets;
using System.Text;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Tunnels;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Tunnels;

/// <summary>Who gets a carrier, and what ends one.</summary>
public sealed class TunnelAdmissionTests
{
    private const string Protocol = "Sec-WebSocket-Protocol: culvert.yamux.v0";
    private const string Session = "Culvert-Session: 0123456789abcdef0123456789abcdef";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_a_token_with_a_scope_of_tunnels_gets_a_carrier()
    {
        await using var rig = await TunnelRig.StartAsync();
        var owner = $"Authorization: Bearer {rig.Server.OwnerToken}";
        var reader = $"Authorization: Bearer {await rig.UserAsync("alice", "read", "write")}";
        var cookie = $"Cookie: culvert_session={await rig.Server.SignInAsync("alice")}";
        var rows = new (int Status, string[] Headers)[]
        {
            (401, [Protocol, Session]),
            (401, [Protocol, Session, "Authorization: Bearer nobodys"]),
            (403, [Protocol, Session, reader]),
            (403, [Protocol, Session, cookie, "Origin: " + rig.Server.Server.Addresses[0]]),
            (403, [Protocol, Session, owner, "Origin: https://evil.example"]),
            (400, [Session, owner]),
            (400, ["Sec-WebSocket-Protocol: culvert.v1", Session, owner]),
            (400, [Protocol, owner]),
            (400, [Protocol, owner, "Culvert-Session: 0123456789abcdef0123456789abcdeg"]),
            (101, [Protocol, Session, owner]),
        };

        foreach (var (status, headers) in rows)
        {
            var (socket, head) = await TestAgent.AskAsync(rig.Server, "/v1/tunnel", headers);
            using (socket)
            {
                Assert.Equal((status, string.Join(' ', headers)), (head.Status, string.Join(' ', headers)));
            }
        }

        Assert.Equal(
            HttpStatusCode.UpgradeRequired,
            await rig.Server.StatusAsync(HttpMethod.Get, "/v1/tunnel", token: rig.Server.OwnerToken));
    }

    [Fact]
    public async Task A_session_is_its_users_and_has_four_carriers_at_most()
    {
        await using var rig = await TunnelRig.StartAsync();
        var session = TestAgent.NewSession();
        var other = await rig.UserAsync("alice", "connect");
        await using var one = await rig.ConnectAsync(session: session);
        var (foreign, refused) = await AskAsync(rig, other, session);
        foreign.Dispose();
        await using var two = await rig.ConnectAsync(session: session);
        await using var three = await rig.ConnectAsync(session: session);
        await using var four = await rig.ConnectAsync(session: session);
        var (fifth, tooMany) = await AskAsync(rig, rig.Server.OwnerToken, session);
        fifth.Dispose();

        Assert.Equal((409, 429), (refused.Status, tooMany.Status));
    }

    [Fact]
    public async Task Beyond_the_limit_of_agents_the_next_is_told_when_to_come_back()
    {
        await using var rig = await TunnelRig.StartAsync(configure: options => options with { MaxSessions = 1 });
        await using var one = await rig.ConnectAsync();

        var (socket, head) = await AskAsync(rig, rig.Server.OwnerToken, TestAgent.NewSession());

        using (socket)
        {
            Assert.Equal((503, "5"), (head.Status, head["Retry-After"]));
        }
    }

    [Fact]
    public async Task A_user_has_so_many_agents_and_the_owner_token_any_number()
    {
        await using var rig = await TunnelRig.StartAsync(configure: options => options with { MaxSessionsPerUser = 2 });
        var alice = await rig.UserAsync("alice", "connect");
        var session = TestAgent.NewSession();
        var first = await rig.ConnectAsync(alice, session);
        await using var second = await rig.ConnectAsync(alice);

        await using var carrier = await rig.ConnectAsync(alice, session);
        var (third, refused) = await AskAsync(rig, alice, TestAgent.NewSession());
        third.Dispose();
        await using var bobs = await rig.ConnectAsync(await rig.UserAsync("bob", "connect"));
        await using var one = await rig.ConnectAsync();
        await using var two = await rig.ConnectAsync();
        await using var three = await rig.ConnectAsync();

        Assert.Equal((429, "5"), (refused.Status, refused["Retry-After"]));

        // With the last carrier of an agent its place is free.
        await carrier.DisposeAsync();
        await first.DisposeAsync();
        var status = 429;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (status == 429 && !limit.IsCancellationRequested)
        {
            var (socket, head) = await AskAsync(rig, alice, TestAgent.NewSession());
            socket.Dispose();
            status = head.Status;
        }

        Assert.Equal(101, status);
    }

    [Theory]
    [InlineData("text", 1003)]
    [InlineData("unmasked", 1002)]
    [InlineData("reserved", 1002)]
    [InlineData("large", 1009)]
    public async Task What_is_no_carrier_is_closed_with_the_reason(string what, int code)
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        var frames = new FrameBuilder(what != "unmasked");
        var bytes = what switch
        {
            "text" => frames.Text("hello").ToArray(),
            "unmasked" => frames.Frame(Opcode.Binary, [0]).ToArray(),
            "reserved" => [0xC2, 0x80, 0, 0, 0, 0],
            _ => [0x82, 0xFF, 0, 0, 0, 0, 0, 16, 0, 1, 0, 0, 0, 0],
        };

        await agent.Carrier.SendRawAsync(bytes);

        Assert.Equal(code, (await agent.ReadCloseAsync()).Code);
    }

    [Fact]
    public async Task What_is_not_yamux_ends_the_session_and_is_told_in_the_log()
    {
        var rig = await TunnelRig.StartAsync();
        await using (rig)
        {
            await using var agent = await rig.ConnectAsync();
            var bytes = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n");

            await agent.Carrier.SendRawAsync(new FrameBuilder().Frame(Opcode.Binary, bytes).ToArray());

            var end = await agent.Running.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            Assert.Equal(MuxSessionEndKind.PeerFailed, end.Kind);
        }

        Assert.Contains("ended: 1002 ", rig.Server.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_carrier_may_be_cut_anywhere_and_pings_are_answered_in_between()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await agent.RegisterAsync("game");

        // An empty message, a ping, and a message in three fragments of which one is empty: a yamux ping, cut anywhere.
        byte[] ping = [0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9];
        await agent.Carrier.SendRawAsync(new FrameBuilder()
            .Frame(Opcode.Binary, [])
            .Frame(Opcode.Ping, [1, 2])
            .Frame(Opcode.Binary, ping.AsSpan(0, 5), fin: false)
            .Frame(Opcode.Continuation, [], fin: false)
            .Frame(Opcode.Continuation, ping.AsSpan(5))
            .ToArray());

        await agent.RegisterAsync("game-2");
        await agent.RefusedAsync(503, "name_absent", "OPTIONS game-3:0");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task It_does_not_matter_how_TCP_cuts_it(int pieceBytes)
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        agent.Carrier.PieceBytes = pieceBytes;
        await using var stream = await agent.ConnectAsync(rig.Target);
        using var target = await rig.AcceptAsync();
        var text = string.Concat(Enumerable.Range(0, 200).Select(i => (char)('a' + (i % 26))));

        await TestAgent.WriteAsync(stream, text);
        await agent.Carrier.SendRawAsync(new FrameBuilder().Frame(Opcode.Ping, [1, 2, 3]).ToArray());
        await TestAgent.WriteAsync(stream, text);

        Assert.Equal(text + text, Encoding.ASCII.GetString(await target.ReadBytesAsync(400)));
    }

    [Fact]
    public async Task A_session_lives_as_long_as_one_of_its_carriers()
    {
        await using var rig = await TunnelRig.StartAsync();
        var session = TestAgent.NewSession();
        await using var lost = await rig.ConnectAsync(session: session);
        await using var kept = await rig.ConnectAsync(session: session);
        await using var opener = await rig.ConnectAsync();
        await lost.RegisterAsync("game");
        await using var stream = await lost.ConnectAsync(rig.Target);
        using var target = await rig.AcceptAsync();

        lost.Carrier.Abort();
        await target.MustBreakAsync();

        var opening = opener.ConnectAsync("game:0");
        await using var far = await kept.AgreeAsync();
        await using var near = await opening;
    }

    [Fact]
    public async Task A_disabled_users_agents_are_closed_and_their_names_are_free_at_once()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync(await rig.UserAsync("alice", "connect", "listen"));
        await using var other = await rig.ConnectAsync();
        await agent.RegisterAsync("game");

        using var answer = await rig.Server.SendAsync(
            HttpMethod.Patch, "/v1/users/alice", new { disabled = true }, rig.Server.OwnerToken);

        Assert.True(answer.IsSuccessStatusCode);
        await other.RefusedAsync(503, "name_absent", "CONNECT game:0");
        Assert.Equal((1008, "the token has ended"), await agent.ReadCloseAsync());
    }

    [Fact]
    public async Task A_silent_carrier_is_lost_in_time_and_its_names_are_free()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var silent = await rig.ConnectAsync();
        await using var other = await rig.ConnectAsync();
        await silent.RegisterAsync("game");
        var stream = other.ConnectAsync("game:0");
        await using var far = await silent.AgreeAsync();
        await using var near = await stream;
        silent.Carrier.IsMute = true;
        var options = new TunnelServerOptions();

        rig.Server.Time.Advance(options.PingInterval);
        await silent.Carrier.Pinged.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await other.Carrier.Pinged.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await other.RefusedAsync(503, "name_absent", "OPTIONS other:0");
        rig.Server.Time.Advance(options.PongTimeout);

        await TestAgent.MustBreakAsync(near);
        await other.RefusedAsync(503, "name_absent", "CONNECT game:0");
        Assert.Equal((0, ""), await silent.ReadCloseAsync());
    }

    [Fact]
    public async Task A_stopping_server_takes_no_streams_and_lets_those_that_are_open_end()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var stream = await agent.ConnectAsync(rig.Target);
        using var target = await rig.AcceptAsync();

        var stopping = rig.Server.Server.StopAsync();
        await agent.Mux.PeerLeaves.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await TestAgent.WriteAsync(stream, "last");
        Assert.Equal("last", Encoding.ASCII.GetString(await target.ReadBytesAsync(4)));
        Assert.False(agent.Running.IsCompleted);
        var (late, refused) = await AskAsync(rig, rig.Server.OwnerToken, TestAgent.NewSession());
        late.Dispose();
        stream.Finish();
        await target.MustEndAsync();
        target.Dispose();

        Assert.Equal(503, refused.Status);
        Assert.Equal((1012, "restarting"), await agent.ReadCloseAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    [Fact]
    public async Task A_stream_that_does_not_end_is_broken_when_the_time_to_stop_is_up()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var stream = await agent.ConnectAsync(rig.Target);
        using var target = await rig.AcceptAsync();

        var stopping = rig.Server.Server.StopAsync();
        await agent.Mux.PeerLeaves.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        rig.Server.Time.Advance(TimeSpan.FromSeconds(2));

        await target.MustBreakAsync();
        Assert.Equal((1012, "restarting"), await agent.ReadCloseAsync());
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    private static Task<(Socket Socket, HttpHead Head)> AskAsync(
        TunnelRig rig, string token, string session) =>
        TestAgent.AskAsync(
            rig.Server, "/v1/tunnel", Protocol, $"Culvert-Session: {session}", $"Authorization: Bearer {token}");
}
