using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Tests.Hosting;
using Culvert.Tests.Pipes.Rows;
using Culvert.Tests.Support;

namespace Culvert.Tests.Pipes;

/// <summary>What options change about a session at a gateway.</summary>
public sealed class GatewaySessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transparent_route_passes_bytes_on_and_claims_no_codes()
    {
        using var backEnd = new ScriptedBackEnd();
        var server = await GatewayRig.StartAsync(
            new PipeRouteOptions { Targets = [backEnd.Target], Mode = PipeMode.Transparent });
        await using (server)
        {
            var (client, peer, _, _) = await GatewayRig.JoinAsync(server, backEnd);
            var big = new byte[300_000];
            Random.Shared.NextBytes(big);
            foreach (var (x, y) in ((RawPeer, RawPeer)[])[(client, peer), (peer, client)])
            {
                var wire = x.Frames.Text("text").Frame(Opcode.Binary, [1, 2]).Text("").Frame(Opcode.Binary, [])
                    .Frame(Opcode.Binary, big).Frame(Opcode.Ping, "p"u8).ToArray();
                var sending = x.SendAsync(wire);
                Assert.Equal(wire, await y.ReadBytesAsync(wire.Length));
                await sending;
            }

            await client.SendCloseAsync(4001, "mine");
            Assert.Equal("mine", (await peer.ReadCloseAsync()).Reason);
            await peer.SendCloseAsync(4002);
            Assert.Equal(4002, (await client.ReadCloseAsync()).Code);
            peer.Finish();
            await client.MustEndAsync();
            client.Finish();
            await peer.MustEndAsync();
            client.Dispose();
            peer.Dispose();
        }

        var line = Assert.Single(
            server.Log.ToString().Split('\n'), line => line.Contains("Pipe /gw to", StringComparison.Ordinal));
        Assert.Contains("-half-close; 0 messages", line, StringComparison.Ordinal);
        Assert.DoesNotContain("closed with", line, StringComparison.Ordinal);
    }

    [Fact]
    [Row("5.1-16", Way.Opening)]
    public async Task Who_is_let_in_first_hears_of_the_back_end_later()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions
        {
            Targets = [backEnd.Target],
            AcceptFirst = true,
            Subprotocols = ["two", "three"],
        });
        var (client, answer) = await GatewayRig.OpenAsync(
            server, "Sec-WebSocket-Protocol: one, two, three", "Sec-WebSocket-Extensions: permessage-deflate");
        using var held = client;
        Assert.Contains("\r\nSec-WebSocket-Protocol: two\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("permessage-deflate", answer);
        await client.SendTextAsync("early");

        var (peer, request) = await backEnd.AgreeAsync("Sec-WebSocket-Protocol: two\r\n");

        using var heldToo = peer;
        Assert.Contains("\r\nSec-WebSocket-Protocol: two\r\n", request, StringComparison.Ordinal);
        Assert.DoesNotContain("permessage-deflate", request);
        Assert.Equal("early", await peer.ReadTextAsync());
        await peer.SendCloseAsync(4001);
        Assert.Equal(4001, (await client.ReadCloseAsync()).Code);
    }

    [Theory]
    [InlineData("nobody", 1013)]
    [InlineData("HTTP/1.1 503 Busy\r\n\r\n", 1013)]
    [InlineData("HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n", 1011)]
    [InlineData("SSH-2.0\r\n\r\n", 1011)]
    [Row("5.1-16", Way.ToClient)]
    public async Task Who_was_let_in_first_gets_a_close_when_there_is_no_back_end(string says, int code)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions
        {
            Targets = [says == "nobody" ? GatewayRig.NobodysTarget("ws://") : backEnd.Target],
            AcceptFirst = true,
        });
        var (client, _) = await GatewayRig.OpenAsync(server);
        using var held = client;
        if (says != "nobody")
        {
            var (peer, _) = await backEnd.AcceptAsync();
            await peer.SendAsync(Encoding.Latin1.GetBytes(says));
        }

        var close = await client.ReadCloseAsync();

        Assert.Equal(code, close.Code);
        Assert.StartsWith("relay: no back end", close.Reason, StringComparison.Ordinal);
        await client.SendCloseAsync(code);
        await client.MustEndAsync();
    }

    [Fact]
    public async Task The_back_end_is_offered_what_the_route_lets_through()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(
            new PipeRouteOptions { Targets = [backEnd.Target], Subprotocols = ["c", "a"] });

        var (client, peer, answer, request) = await GatewayRig.JoinAsync(
            server, backEnd, "Sec-WebSocket-Protocol: c\r\n", "Sec-WebSocket-Protocol: a, b, c");

        using var held = client;
        using var heldToo = peer;
        Assert.Contains("\r\nSec-WebSocket-Protocol: a, c\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Protocol: c\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [Row("5.3-17", Way.SocketsThere | Way.ToBytesThere)]
    public Task The_end_of_a_sign_in_ends_the_session_within_a_second(bool bySession, bool isBytes) =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), () => SignOutAsync(bySession, isBytes));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-16", Way.SocketsThere | Way.ToBytesThere)]
    public async Task A_stop_of_the_server_tells_both_ends(bool isBytes)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(
            new PipeRouteOptions { Targets = [isBytes ? backEnd.BytesTarget : backEnd.Target] });
        var (client, peer) = await JoinAsync(server, backEnd, isBytes);
        using var held = client;
        using var heldToo = peer;

        var stopping = server.Server.StopAsync();

        Assert.Equal(CloseCode.ServiceRestart, (await client.ReadCloseAsync()).Code);
        await client.SendCloseAsync(1012);
        if (!isBytes)
        {
            Assert.Equal(CloseCode.ServiceRestart, (await peer.ReadCloseAsync()).Code);
            await peer.SendCloseAsync(1012);
        }

        peer.Finish();
        await client.MustEndAsync();
        client.Finish();
        await peer.MustEndAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    /// <summary>How long a session lasts beyond the sign-in that it belongs to.</summary>
    private static async Task<TimeSpan> SignOutAsync(bool bySession, bool isBytes)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(
            new PipeRouteOptions { Targets = [isBytes ? backEnd.BytesTarget : backEnd.Target], Accounts = true });
        await server.CreateUserAsync("ann");
        var cookie = await server.SignInAsync("ann");
        using var minting = await server.SendAsync(HttpMethod.Post, "/v1/tokens", new { name = "t" }, cookie: cookie);
        var minted = (await minting.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        string[] credentials = bySession
            ? [$"Cookie: culvert_session={cookie}", "Origin: http://127.0.0.1"]
            : [$"Authorization: Bearer {minted["token"]}"];
        var (client, peer) = await JoinAsync(server, backEnd, isBytes, credentials);
        using var held = client;
        using var heldToo = peer;
        await client.SendTextAsync("in");
        var received = isBytes ? await peer.ReadBytesAsync(2) : (await peer.ReadAsync()).Payload;
        Assert.Equal("in"u8.ToArray(), received);
        var started = Stopwatch.GetTimestamp();

        var credential = bySession ? "/v1/session" : $"/v1/tokens/{minted["id"]}";
        Assert.Equal(HttpStatusCode.NoContent, await server.StatusAsync(HttpMethod.Delete, credential, cookie: cookie));

        Assert.Equal(CloseCode.PolicyViolation, (await client.ReadCloseAsync()).Code);
        if (isBytes)
        {
            await peer.MustEndAsync();
        }
        else
        {
            Assert.Equal(CloseCode.GoingAway, (await peer.ReadCloseAsync()).Code);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task<(RawPeer Client, RawPeer Peer)> JoinAsync(
        TestServer server, ScriptedBackEnd backEnd, bool isBytes, params string[] headers)
    {
        if (isBytes)
        {
            return await GatewayRig.JoinBytesAsync(server, backEnd, headers);
        }

        var (client, peer, _, _) = await GatewayRig.JoinAsync(server, backEnd, "", headers);
        return (client, peer);
    }
}
