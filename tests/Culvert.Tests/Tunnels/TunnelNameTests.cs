using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Tests.Pipes;

namespace Culvert.Tests.Tunnels;

/// <summary>Names: registered by one agent, opened by others and by plain WebSockets.</summary>
public sealed class TunnelNameTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_leads_to_the_agent_that_has_it()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var opener = await rig.ConnectAsync(await rig.UserAsync("alice", "connect"));
        await agent.RegisterAsync("Game-7");

        var opening = opener.RequestAsync("CONNECT game-7:0");
        var (far, head) = await agent.AcceptAsync();
        Assert.Equal(["CONNECT", "Game-7:0", "HTTP/1.1"], head.Start);
        Assert.Equal("Game-7:0", head["Host"]);
        Assert.Equal("for=\"127.0.0.1\"", head["Forwarded"]);
        Assert.Equal("alice", head["Culvert-User"]);
        Assert.False(opening.IsCompleted);
        await TestAgent.WriteAsync(far, "HTTP/1.1 200 OK\r\nServer: mine\r\n\r\nhello");
        var (near, answer) = await opening;
        Assert.Equal(200, answer.Status);
        await TestAgent.MustReadAsync(near, "hello");
        await TestAgent.WriteAsync(near, "there");
        near.Finish();
        Assert.Equal("there"u8.ToArray(), await TestAgent.ReadToEndAsync(far));
        await TestAgent.WriteAsync(far, "back");
        far.Finish();
        Assert.Equal("back"u8.ToArray(), await TestAgent.ReadToEndAsync(near));
        await near.DisposeAsync();
        await far.DisposeAsync();
    }

    [Fact]
    public async Task What_an_agent_cannot_reach_is_told_in_its_words()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await agent.RegisterAsync("game");
        const string Body = """{"type":"about:blank","title":"x","status":502,"code":"y","detail":"nobody at 7777"}""";

        var refused = agent.RefusedAsync(502, "target_unreachable", "CONNECT game:0");
        var (stream, _) = await agent.AcceptAsync();
        await TestAgent.WriteAsync(stream, $"HTTP/1.1 502 No\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        stream.Finish();
        Assert.Contains("nobody at 7777", await refused, StringComparison.Ordinal);
        await stream.DisposeAsync();

        var late = agent.RefusedAsync(504, "target_timeout", "CONNECT game:0");
        (stream, _) = await agent.AcceptAsync();
        await TestAgent.WriteAsync(stream, "HTTP/1.1 504 Late\r\n\r\n");
        stream.Finish();
        await late;
        await stream.DisposeAsync();

        var odd = agent.RefusedAsync(502, "target_unreachable", "CONNECT game:0");
        (stream, _) = await agent.AcceptAsync();
        await TestAgent.WriteAsync(stream, "SSH-2.0-OpenSSH\r\n\r\n");
        await odd;
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task The_same_instance_come_back_takes_its_place_at_once()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var old = await rig.ConnectAsync();
        await using var opener = await rig.ConnectAsync();
        await old.RegisterAsync("game", "host-1");
        await using var again = await rig.ConnectAsync();

        await again.RegisterAsync("game", "host-1");

        Assert.Equal((4110, "taken_over"), await old.ReadCloseAsync());
        var opening = opener.ConnectAsync("game:0");
        await using var far = await again.AgreeAsync();
        await using var near = await opening;
    }

    [Fact]
    public async Task Another_instance_joins_and_streams_are_shared()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var one = await rig.ConnectAsync();
        await using var two = await rig.ConnectAsync();
        await using var opener = await rig.ConnectAsync();
        await one.RegisterAsync("game", "host-1");
        await two.RegisterAsync("game", "host-2");

        var first = opener.ConnectAsync("game:0");
        var second = opener.ConnectAsync("game:0");
        await using var farOne = await one.AgreeAsync();
        await using var farTwo = await two.AgreeAsync();

        await using var nearOne = await first;
        await using var nearTwo = await second;
    }

    [Fact]
    public async Task A_refusal_of_one_agent_leads_to_the_next()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var one = await rig.ConnectAsync();
        await using var two = await rig.ConnectAsync();
        await using var opener = await rig.ConnectAsync();
        await one.RegisterAsync("game", "host-1");
        await two.RegisterAsync("game", "host-2");

        var opening = opener.ConnectAsync("game:0");
        var oneAsked = one.AcceptAsync();
        var twoAsked = two.AcceptAsync();
        var (refusing, agreeing) = await Task.WhenAny(oneAsked, twoAsked) == oneAsked
            ? (oneAsked, twoAsked)
            : (twoAsked, oneAsked);
        var (bad, _) = await refusing;
        await TestAgent.WriteAsync(bad, "HTTP/1.1 502 No\r\n\r\n");
        bad.Finish();
        var (good, _) = await agreeing;
        await TestAgent.WriteAsync(good, "HTTP/1.1 200 OK\r\n\r\n");

        await using var near = await opening;
        await bad.DisposeAsync();
        await good.DisposeAsync();
    }

    [Fact]
    public async Task Names_that_cannot_be_had_are_refused_all_together()
    {
        await using var rig = await TunnelRig.StartAsync(configure: options => options with
        {
            Names = new Dictionary<string, IReadOnlyList<string>> { ["game*"] = ["*"], ["db*"] = ["nobody"] },
        });
        await using var agent = await rig.ConnectAsync();
        await using var other = await rig.ConnectAsync(await rig.UserAsync("alice", "listen"));
        await agent.RegisterAsync("game");

        await other.RefusedAsync(409, "name_taken", "POST /names", TestAgent.Names("GAME", "two"));
        await other.RefusedAsync(403, "name_not_allowed", "POST /names", TestAgent.Names("db"));
        await other.RefusedAsync(403, "name_not_allowed", "POST /names", TestAgent.Names("mine"));
        await other.RefusedAsync(400, "invalid_name", "POST /names", TestAgent.Names("-game"));
        await other.RefusedAsync(400, "bad_field", "POST /names", TestAgent.Names("game-2", ""));
        await other.RefusedAsync(400, "bad_json", "POST /names", "{]");
        await other.RefusedAsync(400, "missing_field", "POST /names", "{}");
        await other.RefusedAsync(400, "missing_field", "POST /names");
        await agent.RefusedAsync(
            403,
            "name_not_allowed",
            "POST /names",
            """{"names":[{"name":"game-2","instance":"a"},{"name":"db","instance":"a"}]}""");
        await agent.RefusedAsync(503, "name_absent", "OPTIONS game-2:0");

        var (stream, head) = await agent.RequestAsync("DELETE /names/GAME");
        Assert.Equal(204, head.Status);
        await stream.DisposeAsync();
        await agent.RefusedAsync(503, "name_absent", "OPTIONS game:0");
    }

    [Fact]
    public async Task A_lost_agent_resets_its_streams_and_leaves_no_name()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await using var opener = await rig.ConnectAsync();
        await agent.RegisterAsync("game");
        var opening = opener.ConnectAsync("game:0");
        await using var far = await agent.AgreeAsync();
        await using var near = await opening;

        agent.Carrier.Abort();

        await TestAgent.MustBreakAsync(near);
        await opener.RefusedAsync(503, "name_absent", "CONNECT game:0");
    }

    [Fact]
    public async Task Streams_are_spread_over_the_carriers_of_a_session()
    {
        await using var rig = await TunnelRig.StartAsync();
        var session = TestAgent.NewSession();
        await using var one = await rig.ConnectAsync(session: session);
        await using var two = await rig.ConnectAsync(session: session);
        await using var opener = await rig.ConnectAsync();
        await two.RegisterAsync("game");

        var (oneAsked, twoAsked) = (one.AcceptAsync(), two.AcceptAsync());
        var (onOne, onTwo) = (0, 0);
        for (var i = 0; i < 8; i++)
        {
            // All stay open.
            var opening = opener.ConnectAsync("game:0");
            var asked = await Task.WhenAny(oneAsked, twoAsked);
            var (far, _) = await asked;
            await TestAgent.WriteAsync(far, "HTTP/1.1 200 OK\r\n\r\n");
            await opening;
            if (asked == oneAsked)
            {
                onOne++;
                oneAsked = one.AcceptAsync();
            }
            else
            {
                onTwo++;
                twoAsked = two.AcceptAsync();
            }
        }

        // The stream that registered the name may have counted for a moment.
        Assert.InRange(onOne - onTwo, -2, 2);
    }

    [Fact]
    public async Task A_plain_WebSocket_reaches_a_name()
    {
        await using var rig = await TunnelRig.StartAsync(configure: options => options with { Public = ["open-*"] });
        await using var agent = await rig.ConnectAsync();
        await agent.RegisterAsync("game");
        await agent.RegisterAsync("open-1");
        var bearer = $"Authorization: Bearer {await rig.UserAsync("alice", "connect")}";
        var cookie = $"Cookie: culvert_session={await rig.Server.SignInAsync("alice")}";
        var rows = new (int Status, string Path, string[] Headers)[]
        {
            (401, "/t/game", []),
            (403, "/t/game", [$"Authorization: Bearer {await rig.UserAsync("bob", "listen")}"]),
            (403, "/t/game", [cookie, "Origin: https://evil.example"]),
            (400, "/t/game?framing=lines", [bearer]),
            (400, "/t/-x", [bearer]),
            (503, "/t/absent", [bearer]),
            (503, "/t/absent", [cookie, "Origin: " + rig.Server.Server.Addresses[0]]),
        };
        foreach (var (status, path, headers) in rows)
        {
            var (socket, head) = await TestAgent.AskAsync(rig.Server, path, headers);
            using (socket)
            {
                Assert.Equal((status, path), (head.Status, path));
            }
        }

        var opening = TestAgent.AskAsync(rig.Server, "/t/open-1?framing=line");
        await using var far = await agent.AgreeAsync();
        var (client, answer) = await opening;
        using var peer = new RawPeer(client, masks: true);
        Assert.Equal(101, answer.Status);
        await peer.SendTextAsync("hello");
        await TestAgent.MustReadAsync(far, "hello\n");
        await TestAgent.WriteAsync(far, "one\ntwo\n");
        Assert.Equal("one", await peer.ReadTextAsync());
        Assert.Equal("two", await peer.ReadTextAsync());
        far.Finish();
        Assert.Equal(CloseCode.Normal, (await peer.ReadCloseAsync()).Code);
    }

    [Fact]
    public async Task A_plain_WebSocket_ends_with_the_right_to_it()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await agent.RegisterAsync("game");
        var token = await rig.UserAsync("alice", "connect");
        var opening = TestAgent.AskAsync(rig.Server, "/t/game?framing=length", $"Authorization: Bearer {token}");
        await using var far = await agent.AgreeAsync();
        var (client, _) = await opening;
        using var peer = new RawPeer(client, masks: true);
        await peer.SendAsync(peer.Frames.Frame(Opcode.Binary, Encoding.ASCII.GetBytes("abc")));
        await TestAgent.MustReadAsync(far, "\0\0\0\u0003abc");

        using var answer = await rig.Server.SendAsync(
            HttpMethod.Patch, "/v1/users/alice", new { disabled = true }, rig.Server.OwnerToken);

        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal(CloseCode.PolicyViolation, (await peer.ReadCloseAsync()).Code);
        Assert.Empty(await TestAgent.ReadToEndAsync(far));
    }

    [Fact]
    public async Task A_plain_WebSocket_whose_agent_goes_is_closed_as_broken()
    {
        await using var rig = await TunnelRig.StartAsync();
        await using var agent = await rig.ConnectAsync();
        await agent.RegisterAsync("game");
        var opening = TestAgent.AskAsync(rig.Server, "/t/game", $"Authorization: Bearer {rig.Server.OwnerToken}");
        await using var far = await agent.AgreeAsync();
        var (client, _) = await opening;
        using var peer = new RawPeer(client, masks: true);
        await peer.SendAsync(peer.Frames.Frame(Opcode.Binary, Encoding.ASCII.GetBytes("raw")));
        await TestAgent.MustReadAsync(far, "raw");

        agent.Carrier.Abort();

        Assert.Equal(CloseCode.InternalError, (await peer.ReadCloseAsync()).Code);
    }
}
