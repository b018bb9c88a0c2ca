using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Culvert.Client.Multiplexing;
using Culvert.IntegrationTests.Processes;
using Culvert.Protocol.Multiplexing;

namespace Culvert.IntegrationTests;

/// <summary>Our sessions against an implementation that knows nothing of ours: js-libp2p's, over TCP.</summary>
public sealed class YamuxInteropTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(MuxRole.Client)]
    [InlineData(MuxRole.Server)]
    public async Task Data_goes_both_ways_beyond_the_window_and_arrives_whole(MuxRole role)
    {
        await using var peer = await ConnectAsync(role);

        // 'e': everything comes back; 'h': the answer comes after our FIN, on the half that is still open.
        Assert.True(await peer.ExchangeAsync('e', 5_000_000));
        Assert.True(await peer.ExchangeAsync('h', 5_000_000));
        Assert.True(await peer.ExchangeAsync('h', 0));
        await peer.AskAsync("open 1 5000000", "echoed");

        Assert.Equal(0, peer.Session.Figures.ResetByPeer);
    }

    [Theory]
    [InlineData(MuxRole.Client)]
    [InlineData(MuxRole.Server)]
    public async Task A_hundred_streams_at_once_arrive_whole(MuxRole role)
    {
        await using var peer = await ConnectAsync(role);

        var exchanges = Enumerable.Range(0, 100).Select(n => peer.ExchangeAsync(n % 2 == 0 ? 'e' : 'h', n * 3000));
        Assert.All(await Task.WhenAll(exchanges).WaitAsync(Limit, Bounded.Cancelled), Assert.True);
        await peer.AskAsync("open 100 100000", "echoed");

        await peer.Session.GoAwayAsync(Bounded.Cancelled).Within(20);
    }

    [Theory]
    [InlineData(MuxRole.Client)]
    [InlineData(MuxRole.Server)]
    public async Task Pings_are_answered_both_ways(MuxRole role)
    {
        await using var peer = await ConnectAsync(role);

        await peer.AskAsync("ping", "pong");
        Assert.True(await peer.ExchangeAsync('e', 1000));

        Assert.NotNull(peer.Session.RoundTripTime);
    }

    [Theory]
    [InlineData(MuxRole.Client)]
    [InlineData(MuxRole.Server)]
    public async Task Resets_are_understood_both_ways(MuxRole role)
    {
        await using var peer = await ConnectAsync(role);

        var reset = await peer.OpenAsync('r');
        Assert.True((await reset.Input.ReadAsync(Bounded.Cancelled).Within(20)).IsCompleted);
        // That peer acknowledges with the first frame it has to send, so that its reset may well be that frame.
        Assert.True(reset.End is MuxStreamEnd.ResetByPeer or MuxStreamEnd.Refused, $"{reset.End}");

        var aborted = await peer.OpenAsync('a');
        Assert.True(await peer.ExchangeAsync('e', 10));
        aborted.Abort();
        await peer.Process.Output.FirstAsync(l => l == "was reset").Within(20);

        var ends = peer.Session.Figures.ResetByPeer;
        peer.Tell("reset");
        Assert.True(await peer.ExchangeAsync('e', 100));
        await peer.FirstBadEnd.Within(20);
        Assert.Equal(ends + 1, peer.Session.Figures.ResetByPeer);
    }

    [Theory]
    [InlineData(MuxRole.Client)]
    [InlineData(MuxRole.Server)]
    public async Task Our_go_away_is_understood(MuxRole role)
    {
        await using var peer = await ConnectAsync(role);
        Assert.True(await peer.ExchangeAsync('e', 10));

        peer.Session.Stop();

        Assert.Equal(MuxSessionEndKind.Closed, (await peer.Run.Within(20)).Kind);
        await peer.Process.Output.FirstAsync(l => l == "went away 0").Within(20);
    }

    [Theory]
    [InlineData(MuxRole.Client)]
    [InlineData(MuxRole.Server)]
    public async Task The_peers_go_away_is_understood(MuxRole role)
    {
        await using var peer = await ConnectAsync(role);
        Assert.True(await peer.ExchangeAsync('e', 10));

        peer.Tell("leave");

        await peer.Session.PeerLeaves.Within(20);
        await Assert.ThrowsAsync<MuxOpenException>(() => peer.OpenAsync('e'));
    }

    private static async Task<Peer> ConnectAsync(MuxRole role)
    {
        Assert.True(
            Programs.NodeModules is { Length: > 0 },
            "CULVERT_TEST_NODE_MODULES must name the folder of the module @chainsafe/libp2p-yamux");
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        ChildProcess process;
        if (role == MuxRole.Client)
        {
            process = Start("server");
            var line = await process.Output.FirstAsync(l => l.StartsWith("port ", StringComparison.Ordinal)).Within(20);
            await socket.ConnectAsync(IPAddress.Loopback, int.Parse(line[5..]), Bounded.Cancelled).Within(20);
        }
        else
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Listen();
            process = Start("client", $"{((IPEndPoint)socket.LocalEndPoint!).Port}");
            using var listener = socket;
            socket = await listener.AcceptAsync(Bounded.Cancelled).Within(20);
        }

        socket.NoDelay = true;
        await process.Output.FirstAsync(l => l == "ready").Within(20);
        return new Peer(process, role, new NetworkStream(socket, ownsSocket: true));
    }

    private static ChildProcess Start(params string[] arguments) =>
        // Not null: looked at above.
        ChildProcess.Start("node", [Programs.Peer("peer_yamux.mjs"), Programs.NodeModules!, .. arguments]);

    private sealed class Peer : IAsyncDisposable
    {
        private readonly Task _serving;
        private readonly TaskCompletionSource _firstBadEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Peer(ChildProcess process, MuxRole role, NetworkStream stream)
        {
            Process = process;
            Session = new MuxSession(new StreamCarrier(stream), role, new MuxSessionOptions());
            Run = Session.RunAsync(Bounded.Cancelled);
            _serving = ServeAsync();
        }

        public ChildProcess Process { get; }

        public MuxSession Session { get; }

        public Task<MuxSessionEnd> Run { get; }

        /// <summary>Completes when a stream that the peer opened did not finish.</summary>
        public Task FirstBadEnd => _firstBadEnd.Task;

        public void Tell(string line)
        {
            Process.Input.WriteLine(line);
            Process.Input.Flush();
        }

        public async Task AskAsync(string line, string answer)
        {
            Tell(line);
            // What goes wrong is printed behind the order.
            var found = await Process.Output
                .FirstAsync(l => l == answer || l.StartsWith(line, StringComparison.Ordinal))
                .WaitAsync(Limit, Bounded.Cancelled);
            Assert.Equal(answer, found);
        }

        public async Task<MuxStream> OpenAsync(char order)
        {
            var stream = await Session.OpenAsync(Bounded.Cancelled).Within(20);
            await stream.Output.WriteAsync(new[] { (byte)order }, Bounded.Cancelled).Within(20);
            return stream;
        }

        /// <summary>Sends bytes and looks whether they, or their hash, come back before the proper end.</summary>
        public async Task<bool> ExchangeAsync(char order, int bytes)
        {
            var sent = RandomNumberGenerator.GetBytes(bytes);
            await using var stream = await OpenAsync(order);
            using var answer = new MemoryStream();
            var reading = stream.Input.CopyToAsync(answer, Bounded.Cancelled);
            await stream.Output.WriteAsync(sent, Bounded.Cancelled).AsTask().WaitAsync(Limit, Bounded.Cancelled);
            stream.Finish();
            await reading.WaitAsync(Limit, Bounded.Cancelled);
            var wanted = order == 'e' ? sent : Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(sent)));
            return stream.PeerFinished && answer.ToArray().AsSpan().SequenceEqual(wanted);
        }

        public async ValueTask DisposeAsync()
        {
            Session.Stop();
            await Run.WaitAsync(Limit);
            await _serving.WaitAsync(Limit);
            await Process.DisposeAsync();
        }

        private async Task ServeAsync()
        {
            var running = new List<Task>();
            while (await Session.AcceptAsync(Bounded.Cancelled) is { } stream)
            {
                running.Add(EchoAsync(stream));
            }

            await Task.WhenAll(running);
        }

        private async Task EchoAsync(MuxStream stream)
        {
            await using (stream)
            {
                await stream.Input.CopyToAsync(stream.Output, Bounded.Cancelled);
                if (stream.PeerFinished)
                {
                    stream.Finish();
                }
                else
                {
                    _firstBadEnd.TrySetResult();
                }
            }
        }
    }
}
