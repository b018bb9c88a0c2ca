using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

/// <summary>The runtime's own WebSocket at the other end of the wire, in both roles.</summary>
public sealed class RuntimeOracleTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(WebSocketRole.Server, false)]
    [InlineData(WebSocketRole.Server, true)]
    [InlineData(WebSocketRole.Client, false)]
    [InlineData(WebSocketRole.Client, true)]
    public async Task Messages_of_all_sizes_come_back_unchanged(WebSocketRole role, bool deflate)
    {
        var (endpoint, running, peer) = Connect(role, deflate);
        using var _ = peer;
        var cancellation = TestContext.Current.CancellationToken;
        var random = new Random(20261121);
        int[] sizes = [0, 1, 2, 125, 126, 127, 1000, 4095, 4096, 65535, 65536, 200_000];
        foreach (var size in sizes.Concat(Enumerable.Range(0, 100).Select(_ => random.Next(5000))))
        {
            var text = random.Next(2) == 0;
            var payload = text ? Text(random, size) : Bytes(random, size);
            var kind = text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;

            var sending = SendInFragments(peer, payload, kind, random.Next(1, 4), cancellation);
            var (received, receivedKind) = await ReceiveAsync(peer, cancellation).WaitAsync(Limit, cancellation);
            await sending.WaitAsync(Limit, cancellation);

            Assert.Equal(kind, receivedKind);
            Assert.True(payload.AsSpan().SequenceEqual(received), $"{size} bytes");
        }

        await peer.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", cancellation).WaitAsync(Limit, cancellation);
        await running.WaitAsync(Limit, cancellation);

        Assert.Equal((1000, "done", true), (endpoint.Closing.Code, endpoint.Closing.Reason, endpoint.Closing.WasClean));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, peer.CloseStatus);
        Assert.Equal(WebSocketState.Closed, peer.State);
    }

    [Theory]
    [InlineData(WebSocketRole.Server)]
    [InlineData(WebSocketRole.Client)]
    public async Task The_runtime_understands_our_close_and_answers_our_ping(WebSocketRole role)
    {
        var here = new Pipe();
        var there = new Pipe();
        var options = new WebSocketReaderOptions { Role = role };
        var endpoint = new EchoEndpoint(there.Reader, here.Writer, options);
        using var stream = new DuplexStream(here.Reader, there.Writer);
        using var peer = WebSocket.CreateFromStream(stream, PeerOptions(role, deflate: false));
        var cancellation = TestContext.Current.CancellationToken;

        WebSocketWriter.WritePing(here.Writer, "are you there"u8, endpoint.NextKey());
        var step = endpoint.Closing.Close(4001, "enough €");
        WebSocketWriter.WriteClose(here.Writer, step.Code, step.Reason, endpoint.NextKey());
        await here.Writer.FlushAsync(cancellation);
        var running = endpoint.RunAsync(cancellation);
        var result = await peer.ReceiveAsync(new byte[10], cancellation).WaitAsync(Limit, cancellation);
        await peer.CloseOutputAsync((WebSocketCloseStatus)4001, "", cancellation).WaitAsync(Limit, cancellation);
        await running.WaitAsync(Limit, cancellation);

        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal((4001, "enough €"), ((int)result.CloseStatus!, result.CloseStatusDescription));
        Assert.Equal([Convert.ToHexString("are you there"u8)], endpoint.Pongs);
        Assert.Equal((4001, true), (endpoint.Closing.Code, endpoint.Closing.WasClean));
    }

    [Fact]
    public async Task The_runtime_learns_why_its_message_was_refused()
    {
        var (endpoint, running, peer) = Connect(WebSocketRole.Server, deflate: true, maxMessageBytes: 100);
        using var _ = peer;
        var cancellation = TestContext.Current.CancellationToken;

        await peer.SendAsync(new byte[101], WebSocketMessageType.Binary, true, cancellation);
        var result = await peer.ReceiveAsync(new byte[10], cancellation).WaitAsync(Limit, cancellation);
        await running.WaitAsync(Limit, cancellation);

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, result.CloseStatus);
        Assert.Equal("message over 100 bytes", result.CloseStatusDescription);
        Assert.Equal(CloseCode.MessageTooBig, endpoint.Closing.Code);
    }

    [Fact]
    public async Task A_transport_that_just_ends_is_1006()
    {
        var (endpoint, running, peer) = Connect(WebSocketRole.Server, deflate: false);
        peer.Dispose();

        await running.WaitAsync(Limit, TestContext.Current.CancellationToken);

        Assert.Equal((CloseCode.Abnormal, false), (endpoint.Closing.Code, endpoint.Closing.WasClean));
    }

    private static (EchoEndpoint Endpoint, Task Running, WebSocket Peer) Connect(
        WebSocketRole role, bool deflate, int maxMessageBytes = 400_000)
    {
        // Small segments and windows, so that frames are cut in many places.
        var pipe = new PipeOptions(minimumSegmentSize: 512, pauseWriterThreshold: 16_384, resumeWriterThreshold: 4096);
        var toPeer = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var fromPeer = new Pipe(pipe);
        var options = new WebSocketReaderOptions { Role = role, Deflate = deflate, MaxMessageBytes = maxMessageBytes };
        var endpoint = new EchoEndpoint(fromPeer.Reader, toPeer.Writer, options);
        var stream = new DuplexStream(toPeer.Reader, fromPeer.Writer);
        var peer = WebSocket.CreateFromStream(stream, PeerOptions(role, deflate));
        return (endpoint, endpoint.RunAsync(TestContext.Current.CancellationToken), peer);
    }

    private static WebSocketCreationOptions PeerOptions(WebSocketRole ourRole, bool deflate) => new()
    {
        IsServer = ourRole == WebSocketRole.Client,
        KeepAliveInterval = TimeSpan.Zero,
        DangerousDeflateOptions = deflate
            ? new WebSocketDeflateOptions { ClientContextTakeover = false, ServerContextTakeover = false }
            : null,
    };

    private static async Task SendInFragments(
        WebSocket peer, byte[] payload, WebSocketMessageType kind, int fragments, CancellationToken cancellation)
    {
        var size = (payload.Length / fragments) + 1;
        for (var from = 0; ; from += size)
        {
            var isLast = from + size >= payload.Length;
            var part = payload.AsMemory(from..(isLast ? payload.Length : from + size));
            await peer.SendAsync(part, kind, isLast, cancellation);
            if (isLast)
            {
                return;
            }
        }
    }

    private static async Task<(byte[] Payload, WebSocketMessageType Kind)> ReceiveAsync(
        WebSocket peer, CancellationToken cancellation)
    {
        using var received = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            var result = await peer.ReceiveAsync(buffer.AsMemory(), cancellation);
            await received.WriteAsync(buffer.AsMemory(0, result.Count), cancellation);
            if (result.EndOfMessage)
            {
                return (received.ToArray(), result.MessageType);
            }
        }
    }

    private static byte[] Bytes(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(Random random, int size)
    {
        string[] words = ["stream ", "pipe ", "größe ", "€ ", "😀 "];
        var text = new StringBuilder();
        while (text.Length < size)
        {
            text.Append(words[random.Next(words.Length)]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
