using System.Net;
using System.Net.Sockets;
using Culvert.Server.Connections;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Connections;

public sealed class SocketLoopsTests : IDisposable
{
    private readonly SocketLoops _loops = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _loops.Dispose();

    [Fact]
    public async Task What_waits_when_the_loops_stop_has_ended()
    {
        using var pair = new SocketPair();
        using var reader = new SocketPipeReader(pair.Ours);
        if (_loops.For(pair.Ours) is not { } readiness)
        {
            return;
        }

        Assert.True(reader.TryWaitOn(readiness));
        var waiting = reader.ReadAsync(Cancel).AsTask();
        _loops.Dispose();

        var read = await waiting.WaitAsync(SocketPair.Limit, Cancel);
        Assert.True(read.IsCompleted);
        Assert.Equal(SocketError.OperationAborted, reader.Error);
        reader.AdvanceTo(default);
        Assert.False(readiness.TryWait());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await readiness.WhenWritableAsync());
    }

    [Fact]
    public async Task A_connection_that_NET_has_waited_for_stays_with_it()
    {
        using var pair = new SocketPair();
        using var reader = new SocketPipeReader(pair.Ours);
        var waiting = reader.ReadAsync(Cancel).AsTask();
        if (_loops.For(pair.Ours) is { } readiness)
        {
            Assert.False(reader.TryWaitOn(readiness));
        }

        pair.SendAll("a"u8);
        Assert.Equal(1, (await waiting.WaitAsync(SocketPair.Limit, Cancel)).Buffer.Length);
        reader.AdvanceTo(default);
    }

    [Fact]
    public async Task Urgent_data_hides_nothing_that_comes_behind_it()
    {
        using var pair = new SocketPair();
        using var reader = new SocketPipeReader(pair.Ours);
        if (_loops.For(pair.Ours) is { } readiness)
        {
            reader.TryWaitOn(readiness);
        }

        var seen = 0;
        var waiting = reader.ReadAsync(Cancel).AsTask();
        pair.SendAll("ab"u8);
        pair.Peer.Send("!"u8, SocketFlags.OutOfBand);
        pair.SendAll("cd"u8);
        while (seen < 4)
        {
            var read = await waiting.WaitAsync(SocketPair.Limit, Cancel);
            seen += (int)read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.End);
            waiting = reader.ReadAsync(Cancel).AsTask();
        }

        Assert.Equal(4, seen);
        reader.CancelPendingRead();
        await waiting.WaitAsync(SocketPair.Limit, Cancel);
    }

    [Fact]
    public async Task Many_come_and_go_and_each_hears_its_own()
    {
        for (var round = 0; round < 4; round++)
        {
            var pairs = Enumerable.Range(0, 100).Select(_ => new SocketPair()).ToArray();
            var readers = pairs.Select(pair => new SocketPipeReader(pair.Ours)).ToArray();
            foreach (var (pair, reader) in pairs.Zip(readers))
            {
                if (_loops.For(pair.Ours) is { } readiness)
                {
                    reader.TryWaitOn(readiness);
                }
            }

            var waiting = readers.Select(reader => reader.ReadAsync(Cancel).AsTask()).ToArray();
            for (var i = 0; i < pairs.Length; i++)
            {
                pairs[i].SendAll([(byte)i]);
            }

            for (var i = 0; i < pairs.Length; i++)
            {
                var read = await waiting[i].WaitAsync(SocketPair.Limit, Cancel);
                Assert.Equal((byte)i, read.Buffer.FirstSpan[0]);
                readers[i].AdvanceTo(read.Buffer.End);
                pairs[i].Dispose();
                readers[i].Dispose();
            }
        }
    }

    [Fact]
    public async Task A_connect_waits_on_the_loop_and_leaves_the_socket_as_it_was()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await SocketConnect.RunAsync(socket, listener.LocalEndpoint, _loops, Cancel)
            .WaitAsync(SocketPair.Limit, Cancel);

        Assert.True(socket.Connected);
        Assert.True(socket.Blocking);
        Assert.Equal(listener.LocalEndpoint, socket.RemoteEndPoint);
    }

    [Fact]
    public async Task A_refused_connect_says_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endPoint = listener.LocalEndpoint;
        listener.Stop();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        var exception = await Assert.ThrowsAsync<SocketException>(
            () => SocketConnect.RunAsync(socket, endPoint, _loops, Cancel).WaitAsync(SocketPair.Limit, Cancel));

        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
    }
}
