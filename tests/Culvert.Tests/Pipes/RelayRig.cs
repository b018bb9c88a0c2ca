using System.Net.Sockets;
using Culvert.Server.Connections;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Pipes;

/// <summary>
/// A relay between two real connections, with a raw peer at the far end of each, in a time of its own.
/// </summary>
internal sealed class RelayRig : IAsyncDisposable
{
    private readonly RelayTable _table;
    private readonly SocketLoops? _loops;

    private RelayRig(
        RelayTable table, ManualTimeProvider time, RawPeer client, RawPeer backEnd, Relay relay, SocketLoops? loops)
    {
        _loops = loops;
        _table = table;
        Time = time;
        Client = client;
        BackEnd = backEnd;
        Relay = relay;
        Ending = relay.RunAsync();
    }

    public ManualTimeProvider Time { get; }

    public RawPeer Client { get; }

    public RawPeer BackEnd { get; }

    public Relay Relay { get; }

    public RelayTable Table => _table;

    public Task<RelayEnd> Ending { get; }

    /// <summary>With <c>CULVERT_TEST_SOCKETS=net</c> the relays wait as they do where there is no epoll.</summary>
    private static bool WithLoops => Environment.GetEnvironmentVariable("CULVERT_TEST_SOCKETS") != "net";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Between two WebSockets.</summary>
    public static Task<RelayRig> StartAsync(RelayRules? options = null) =>
        StartAsync(LegKind.WebSocketServer, LegKind.WebSocketClient, options);

    /// <summary>Between a client and a back end, each of which speaks WebSocket or plain bytes.</summary>
    public static Task<RelayRig> StartAsync(bool firstIsSocket, bool secondIsSocket, RelayRules? options = null) =>
        StartAsync(
            firstIsSocket ? LegKind.WebSocketServer : LegKind.Bytes,
            secondIsSocket ? LegKind.WebSocketClient : LegKind.Bytes,
            options);

    /// <summary>Between a peer and an end that has no socket: the rig has nobody at that one.</summary>
    public static async Task<RelayRig> StartAsync(LegKind peer, Leg end, bool endIsFirst, RelayRules? options = null)
    {
        var time = new ManualTimeProvider();
        var table = new RelayTable(time, NullLogger<RelayTable>.Instance);
        var (far, near) = await RawPeer.ConnectAsync();
        var loops = WithLoops ? new SocketLoops() : null;
        Leg leg = new WebSocketLeg(new SocketLeg(near, endIsFirst ? "backend" : "client", time, loops), peer);
        var (first, second) = endIsFirst ? (end, leg) : (leg, end);
        var someone = new RawPeer(far, masks: peer == LegKind.WebSocketServer);
        var nobody = new RawPeer(new Socket(SocketType.Stream, ProtocolType.Tcp), masks: false);
        var (client, backEnd) = endIsFirst ? (nobody, someone) : (someone, nobody);
        return new RelayRig(
            table, time, client, backEnd, new Relay(table, first, second, options ?? new RelayRules()), loops);
    }

    public static async Task<RelayRig> StartAsync(
        LegKind first, LegKind second, RelayRules? options = null, Func<Leg, Leg>? changes = null)
    {
        var time = new ManualTimeProvider();
        var table = new RelayTable(time, NullLogger<RelayTable>.Instance);
        var (clientFar, clientNear) = await RawPeer.ConnectAsync();
        var (backFar, backNear) = await RawPeer.ConnectAsync();
        var loops = WithLoops ? new SocketLoops() : null;
        var relay = new Relay(
            table,
            (changes ?? Same)(new WebSocketLeg(new SocketLeg(clientNear, "client", time, loops), first)),
            (changes ?? Same)(new WebSocketLeg(new SocketLeg(backNear, "backend", time, loops), second)),
            options ?? new RelayRules());
        return new RelayRig(
            table,
            time,
            new RawPeer(clientFar, masks: first == LegKind.WebSocketServer),
            new RawPeer(backFar, masks: second == LegKind.WebSocketServer),
            relay,
            loops);
    }

    /// <summary>From the one in question to the other.</summary>
    public Direction DirectionOf(bool isClient) => isClient ? Relay.There : Relay.Back;

    /// <summary>The one in question, and the other one.</summary>
    public (RawPeer X, RawPeer Y) Sides(bool isClient) => isClient ? (Client, BackEnd) : (BackEnd, Client);

    /// <summary>Lets the time pass, and the sweep look at it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += RelayTable.TickInterval)
        {
            var sweeps = _table.Sweeps;
            Time.Advance(RelayTable.TickInterval);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (_table.Sweeps == sweeps)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    /// <summary>Waits for what the relay does by itself; the time stands still.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Lets time pass until the session is over.</summary>
    public async Task PassToEndAsync()
    {
        for (var i = 0; i < 60 && !Ending.IsCompleted; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Bytes are left alone for a while, so that what had come can be read, and then they break.</summary>
    public async Task MustLingerAsync(RawPeer bytes)
    {
        await PassAsync(TimeSpan.FromSeconds(4.5));
        Assert.False(bytes.Socket.Poll(0, SelectMode.SelectRead), "neither an end nor a break");
        Assert.False(Ending.IsCompleted);
        await PassToEndAsync();
        await bytes.MustBreakAsync();
    }

    /// <summary>How it ended; the sessions of the table are over then.</summary>
    public async Task<RelayEnd> EndAsync()
    {
        var end = await Ending.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal(0, _table.Count);
        return end;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        BackEnd.Dispose();
        if (!Ending.IsCompleted)
        {
            Relay.There.From.Abort();
            Relay.Back.From.Abort();

            // One that is half closed waits for its deadlines.
            await PassToEndAsync();
        }

        await Ending.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await _table.DisposeAsync();
        _loops?.Dispose();
    }

    private static Leg Same(Leg leg) => leg;
}
