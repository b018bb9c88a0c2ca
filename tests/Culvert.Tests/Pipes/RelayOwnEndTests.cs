using System.Net.Sockets;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>Ends that the relay makes, between ends of all kinds: rows of section 5.3.</summary>
public sealed class RelayOwnEndTests
{
    private static readonly RelayRules Quiet = new() { PingInterval = TimeSpan.Zero, Idle = TimeSpan.Zero };

    /// <summary>Whether the client speaks WebSocket, and whether the back end does.</summary>
    public static TheoryData<bool, bool> Pairs => new()
    {
        { true, true }, { true, false }, { false, true }, { false, false },
    };

    [Theory]
    [InlineData(true, 1001)]
    [InlineData(false, 1011)]
    [Row("5.3-13", Way.Sockets)]
    public async Task Pong_that_does_not_come_cuts_off_who_owes_it(bool isClient, int code)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        await rig.PassAsync(TimeSpan.FromSeconds(20.5));
        await x.ReadAsync();
        var ping = await y.ReadAsync();
        await y.SendAsync(y.Frames.Frame(Opcode.Pong, ping.Payload).Text("alive"));
        Assert.Equal("alive", await x.ReadTextAsync());

        await rig.PassAsync(TimeSpan.FromSeconds(20));

        await x.MustBreakAsync();
        Assert.Equal(code, (await y.NextCloseAsync()).Code);
        await y.SendCloseAsync(code);
        y.Finish();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "ping-timeout");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.3-13", Way.ToBytes)]
    public async Task Pong_that_does_not_come_resets_the_bytes(bool socketIsFirst)
    {
        await using var rig = await RelayRig.StartAsync(socketIsFirst, !socketIsFirst);
        var (socket, bytes) = rig.Sides(socketIsFirst);
        await rig.PassAsync(TimeSpan.FromSeconds(20.5));
        Assert.Equal(Opcode.Ping, (await socket.ReadAsync()).Opcode);

        await rig.PassAsync(TimeSpan.FromSeconds(20));

        await socket.MustBreakAsync();
        await bytes.MustBreakAsync();
        (await rig.EndAsync()).MustBe(socketIsFirst ? "client" : "backend", "ping-timeout");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Row("5.3-14", Way.Relayed)]
    public async Task Idle(bool firstIsSocket, bool secondIsSocket)
    {
        await using var rig = await RelayRig.StartAsync(
            firstIsSocket, secondIsSocket, Quiet with { Idle = TimeSpan.FromSeconds(10) });
        await rig.PassAsync(TimeSpan.FromSeconds(9));
        await TalkAsync(rig.Client, firstIsSocket, rig.BackEnd, secondIsSocket);
        await rig.PassAsync(TimeSpan.FromSeconds(9));
        await TalkAsync(rig.BackEnd, secondIsSocket, rig.Client, firstIsSocket);
        await rig.PassAsync(TimeSpan.FromSeconds(9));
        Assert.False(rig.Relay.EndingAt != 0);

        await rig.PassAsync(TimeSpan.FromSeconds(2));

        await MustEndAsync(rig, firstIsSocket, secondIsSocket, "idle", 1001, 1001);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Row("5.3-15", Way.Relayed)]
    public async Task Oldest_age(bool firstIsSocket, bool secondIsSocket)
    {
        await using var rig = await RelayRig.StartAsync(
            firstIsSocket, secondIsSocket, Quiet with { MaxLifetime = TimeSpan.FromSeconds(10) });
        await rig.PassAsync(TimeSpan.FromSeconds(9));
        await TalkAsync(rig.Client, firstIsSocket, rig.BackEnd, secondIsSocket);
        await TalkAsync(rig.BackEnd, secondIsSocket, rig.Client, firstIsSocket);

        await rig.PassAsync(TimeSpan.FromSeconds(2));

        await MustEndAsync(rig, firstIsSocket, secondIsSocket, "max-age", 1001, 1001);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Row("5.3-16", Way.Relayed)]
    public async Task Shutdown_waits_for_the_answers(bool firstIsSocket, bool secondIsSocket)
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket, secondIsSocket);

        var draining = rig.Table.DrainAsync(TestContext.Current.CancellationToken);

        Assert.False(draining.IsCompleted);
        await MustEndAsync(rig, firstIsSocket, secondIsSocket, "shutdown", 1012, 1012);
        await draining;
    }

    [Fact]
    public async Task Session_that_begins_during_a_shutdown_is_told_too()
    {
        await using var rig = await RelayRig.StartAsync();
        var draining = rig.Table.DrainAsync(TestContext.Current.CancellationToken);
        var (clientFar, clientNear) = await RawPeer.ConnectAsync();
        var (backFar, backNear) = await RawPeer.ConnectAsync();
        using var client = new RawPeer(clientFar, masks: true);
        using var backEnd = new RawPeer(backFar, masks: false);

        var ending = new Relay(
            rig.Table,
            new WebSocketLeg(new SocketLeg(clientNear, "client", rig.Time), LegKind.WebSocketServer),
            new WebSocketLeg(new SocketLeg(backNear, "backend", rig.Time), LegKind.WebSocketClient),
            new RelayRules()).RunAsync();

        await MustBeToldAsync(client, isSocket: true, 1012, answers: true);
        await MustBeToldAsync(backEnd, isSocket: true, 1012, answers: true);
        client.Finish();
        backEnd.Finish();
        Assert.Equal("shutdown", (await ending.WaitAsync(TestContext.Current.CancellationToken)).Reason);
        await MustEndAsync(rig, true, true, "shutdown", 1012, 1012);
        await draining;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Row("5.3-16", Way.Relayed)]
    public async Task Shutdown_cuts_off_who_does_not_answer_before_its_deadline(bool firstIsSocket, bool secondIsSocket)
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket, secondIsSocket);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var draining = rig.Table.DrainAsync(deadline.Token);
        await MustBeToldAsync(rig.Client, firstIsSocket, 1012, answers: false);
        await MustBeToldAsync(rig.BackEnd, secondIsSocket, 1012, answers: false);
        Assert.False(rig.Ending.IsCompleted);

        await deadline.CancelAsync();

        await draining;
        await MustBeCutAsync(rig.Client, firstIsSocket);
        await MustBeCutAsync(rig.BackEnd, secondIsSocket);
        (await rig.EndAsync()).MustBe("relay", "shutdown");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Row("5.3-17", Way.Relayed)]
    public async Task Sign_in_ended(bool firstIsSocket, bool secondIsSocket)
    {
        await using var rig = await RelayRig.StartAsync(firstIsSocket, secondIsSocket);

        rig.Relay.End(RelayReason.AuthExpired, Parting.Close(1008, "x"), Parting.Close(1001, "x"));

        await MustEndAsync(rig, firstIsSocket, secondIsSocket, "auth-expired", 1008, 1001);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Row("5.3-18", Way.Relayed)]
    public async Task Fault_of_the_relay_is_1011_for_WebSockets_and_a_reset_for_bytes(
        bool firstIsSocket, bool secondIsSocket)
    {
        foreach (var fromClient in (bool[])[true, false])
        {
            var name = fromClient ? "client" : "backend";
            await using var rig = await RelayRig.StartAsync(
                firstIsSocket ? LegKind.WebSocketServer : LegKind.Bytes,
                secondIsSocket ? LegKind.WebSocketClient : LegKind.Bytes,
                changes: leg => leg.Name == name ? new FaultyLeg(leg) : leg);

            await rig.Sides(fromClient).X.SendAsync([1]);

            foreach (var (peer, isSocket) in ((RawPeer, bool)[])
                     [(rig.Client, firstIsSocket), (rig.BackEnd, secondIsSocket)])
            {
                if (isSocket)
                {
                    await MustBeToldAsync(peer, isSocket, 1011);
                    peer.Finish();
                }
                else
                {
                    await peer.MustBreakAsync();
                }
            }

            (await rig.EndAsync()).MustBe("relay", "internal");
        }
    }

    [Fact]
    public async Task A_client_that_sends_too_fast_is_told_so()
    {
        await using var rig = await RelayRig.StartAsync(new RelayRules { MessagesPerSecond = 5 });
        for (var i = 0; i < 21; i++)
        {
            await rig.Client.SendTextAsync("x");
            await rig.BackEnd.ReadTextAsync();
        }

        await rig.PassAsync(TimeSpan.FromSeconds(0.25));

        Assert.Equal(CloseCode.PolicyViolation, (await rig.Client.ReadCloseAsync()).Code);
        Assert.Equal(CloseCode.GoingAway, (await rig.BackEnd.ReadCloseAsync()).Code);
    }

    private static async Task TalkAsync(RawPeer from, bool fromIsSocket, RawPeer to, bool toIsSocket)
    {
        await from.SendAsync(fromIsSocket ? from.Frames.Text("x").ToArray() : "x"u8.ToArray());
        Assert.Equal("x"u8.ToArray(), toIsSocket ? (await to.ReadAsync()).Payload : await to.ReadBytesAsync(1));
    }

    /// <summary>Both are told, and answer; and that is all.</summary>
    private static async Task MustEndAsync(
        RelayRig rig, bool firstIsSocket, bool secondIsSocket, string reason, int toFirst, int toSecond)
    {
        var why = reason == RelayReason.Idle ? "idle" : "";
        await MustBeToldAsync(rig.Client, firstIsSocket, toFirst, why: why);
        await MustBeToldAsync(rig.BackEnd, secondIsSocket, toSecond, why: why);
        rig.Client.Finish();
        rig.BackEnd.Finish();
        await rig.Client.MustEndAsync();
        await rig.BackEnd.MustEndAsync();
        (await rig.EndAsync()).MustBe("relay", reason);
    }

    private static async Task MustBeToldAsync(
        RawPeer peer, bool isSocket, int code, bool answers = true, string why = "")
    {
        if (!isSocket)
        {
            await peer.MustEndAsync();
            return;
        }

        var close = await peer.ReadCloseAsync();
        Assert.Equal(code, close.Code);
        Assert.StartsWith($"relay: {why}", close.Reason, StringComparison.Ordinal);
        if (answers)
        {
            await peer.SendCloseAsync(code);
        }
    }

    /// <summary>Bytes have seen their end before, and after that a reset is seen only by who sends.</summary>
    private static async Task MustBeCutAsync(RawPeer peer, bool isSocket)
    {
        if (isSocket)
        {
            await peer.MustBreakAsync();
        }
        else
        {
            await Assert.ThrowsAsync<SocketException>(() => peer.SendAsync([1]));
        }
    }
}
