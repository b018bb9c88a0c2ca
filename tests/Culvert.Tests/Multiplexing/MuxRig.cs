using System.Net;
using System.Net.Sockets;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Tests.Multiplexing;

/// <summary>Two sessions joined by a socket, both running.</summary>
internal sealed class MuxRig : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StreamCarrier _clientCarrier;

    private MuxRig(MuxSession client, MuxSession server, StreamCarrier clientCarrier)
    {
        Client = client;
        Server = server;
        _clientCarrier = clientCarrier;
        ClientRun = client.RunAsync(Cancel);
        ServerRun = server.RunAsync(Cancel);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public MuxSession Client { get; }

    public MuxSession Server { get; }

    public Task<MuxSessionEnd> ClientRun { get; }

    public Task<MuxSessionEnd> ServerRun { get; }

    public static async Task<MuxRig> StartAsync(MuxSessionOptions? client = null, MuxSessionOptions? server = null)
    {
        var (near, far) = await ConnectAsync();
        var carrier = new StreamCarrier(near);
        return new MuxRig(
            new MuxSession(carrier, MuxRole.Client, client ?? new MuxSessionOptions()),
            new MuxSession(new StreamCarrier(far), MuxRole.Server, server ?? new MuxSessionOptions()),
            carrier);
    }

    /// <summary>Both ends of a connection over loopback.</summary>
    public static async Task<(NetworkStream Near, NetworkStream Far)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var accepting = listener.AcceptSocketAsync(Cancel);
        await near.ConnectAsync(listener.LocalEndpoint, Cancel).AsTask().WaitAsync(Limit, Cancel);
        var far = await accepting.AsTask().WaitAsync(Limit, Cancel);
        far.NoDelay = true;
        return (new NetworkStream(near, ownsSocket: true), new NetworkStream(far, ownsSocket: true));
    }

    /// <summary>A stream opened by the client and accepted by the server.</summary>
    public async Task<(MuxStream Near, MuxStream Far)> OpenAsync()
    {
        var near = await Client.OpenAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
        var far = await AcceptAsync();
        return (near, far);
    }

    public async Task<MuxStream> AcceptAsync()
    {
        var stream = await Server.AcceptAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
        Assert.NotNull(stream);
        return stream;
    }

    public static async Task WriteAsync(MuxStream stream, ReadOnlyMemory<byte> bytes) =>
        await stream.Output.WriteAsync(bytes, Cancel).AsTask().WaitAsync(Limit, Cancel);

    /// <summary>Reads to the end, whichever that is.</summary>
    public static async Task<byte[]> ReadAllAsync(MuxStream stream)
    {
        using var bytes = new MemoryStream();
        await stream.Input.CopyToAsync(bytes, Cancel).WaitAsync(Limit, Cancel);
        return bytes.ToArray();
    }

    public static async Task<byte[]> ReadAsync(MuxStream stream, int bytes)
    {
        var read = await stream.Input.ReadAtLeastAsync(bytes, Cancel).AsTask().WaitAsync(Limit, Cancel);
        var part = read.Buffer.Slice(0, Math.Min(bytes, read.Buffer.Length));
        var copy = new byte[part.Length];
        System.Buffers.BuffersExtensions.CopyTo(part, copy);
        stream.Input.AdvanceTo(part.End);
        return copy;
    }

    /// <summary>Sends everything back that streams of the client bring, until the session ends.</summary>
    public async Task EchoAsync()
    {
        var running = new List<Task>();
        while (await Server.AcceptAsync(Cancel) is { } stream)
        {
            running.Add(EchoAsync(stream));
        }

        await Task.WhenAll(running);
    }

    public static async Task EchoAsync(MuxStream stream)
    {
        await using (stream)
        {
            await stream.Input.CopyToAsync(stream.Output, Cancel);
            if (stream.PeerFinished)
            {
                stream.Finish();
            }
        }
    }

    /// <summary>Breaks the carrier without a word.</summary>
    public void Cut() => _clientCarrier.Abort();

    public async ValueTask DisposeAsync()
    {
        Client.Stop();
        Server.Stop();
        await Task.WhenAll(ClientRun, ServerRun).WaitAsync(Limit);
    }
}
