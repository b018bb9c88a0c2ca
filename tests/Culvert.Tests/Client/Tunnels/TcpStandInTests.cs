using System.Net.Sockets;
using System.Text;
using Culvert.Client.Tunnels;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>Programs written for TcpClient and TcpListener, with blocking calls on threads of their own.</summary>
public sealed class TcpStandInTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_and_ten_clients_talk_with_blocking_calls()
    {
        await using var pair = await TunnelPair.StartAsync();
        var agent = await pair.ConnectAsync();
        var session = await pair.ConnectAsync();
        using var listener = new TunnelTcpListener(agent, "game-7");
        await Task.Factory.StartNew(listener.Start, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .WaitAsync(Limit, Cancel);

        var serving = RunAsync(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                using var client = listener.AcceptTcpClient();
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                var text = reader.ReadToEnd();
                client.GetStream().Write(Encoding.UTF8.GetBytes(text.ToUpperInvariant()));
            }
        });
        var asking = Enumerable.Range(0, 10).Select(i => RunAsync(() =>
        {
            using var client = new TunnelTcpClient(session, "game-7", 0);
            client.GetStream().Write(Encoding.UTF8.GetBytes($"client {i}"));
            client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
            Assert.Equal($"CLIENT {i}", reader.ReadToEnd());
        }));

        await Task.WhenAll([serving, .. asking]).WaitAsync(Limit, Cancel);
    }

    [Fact]
    public async Task A_blocking_read_ends_in_time_and_loses_nothing()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();
        using var client = new TunnelTcpClient(session) { ReceiveTimeout = 100 };
        await client.ConnectAsync("127.0.0.1", pair.Rig.Port, Cancel);
        using var target = await pair.Rig.AcceptAsync();
        var buffer = new byte[10];

        var read = RunAsync(() => Assert.Throws<IOException>(() => client.GetStream().Read(buffer, 0, 10)));
        await read.WaitAsync(Limit, Cancel);
        await target.SendAsync("x"u8.ToArray());
        client.ReceiveTimeout = 20_000;
        var count = 0;
        await RunAsync(() => count = client.GetStream().Read(buffer, 0, 10)).WaitAsync(Limit, Cancel);

        Assert.Equal((1, (byte)'x'), (count, buffer[0]));
        Assert.True(client.Connected);
    }

    [Fact]
    public async Task Stopping_ends_an_accept_and_the_listener_can_start_again()
    {
        await using var pair = await TunnelPair.StartAsync();
        var agent = await pair.ConnectAsync();
        using var listener = new TunnelTcpListener(agent, "game-7");
        Assert.Throws<InvalidOperationException>(() => listener.Pending());
        await RunAsync(listener.Start);

        var accepting = listener.AcceptTcpClientAsync(Cancel).AsTask();
        await RunAsync(listener.Stop);
        var error = await Assert.ThrowsAsync<TunnelException>(() => accepting.WaitAsync(Limit, Cancel));
        await RunAsync(listener.Start);

        Assert.Equal("closed", error.Code);
        Assert.False(listener.Pending());
    }

    private static Task RunAsync(Action blocking) =>
        Task.Factory.StartNew(blocking, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
