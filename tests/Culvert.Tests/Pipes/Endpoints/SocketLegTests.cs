using System.Net.Sockets;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>What a peer does over TCP, and what it sees of us.</summary>
public sealed class SocketLegTests
{
    [Fact]
    public async Task A_fin_is_a_proper_end_after_everything_sent()
    {
        using var loopback = new Loopback();
        var (leg, peer) = await loopback.JoinAsync();
        await Loopback.SendAsync(peer, "all of it");

        peer.Dispose();

        Assert.Equal("all of it", await Loopback.ReadToEndAsync(leg));
        Assert.False(leg.EndedAbnormally);
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_reset_is_no_proper_end()
    {
        using var loopback = new Loopback();
        var (leg, peer) = await loopback.JoinAsync();

        Loopback.Reset(peer);

        Assert.Equal("", await Loopback.ReadToEndAsync(leg));
        Assert.True(leg.EndedAbnormally);
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task After_our_fin_the_peer_can_still_answer()
    {
        using var loopback = new Loopback();
        var (leg, peer) = await loopback.JoinAsync();
        await Loopback.WriteAsync(leg, "question");

        await leg.FinishAsync();

        Assert.Equal("question", await Loopback.ReceiveToEndAsync(peer));
        await Loopback.SendAsync(peer, "answer");
        peer.Dispose();
        Assert.Equal("answer", await Loopback.ReadToEndAsync(leg));
        Assert.False(leg.EndedAbnormally);
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task An_abort_is_a_reset_for_the_peer_and_an_end_for_the_reader()
    {
        using var loopback = new Loopback();
        var (leg, peer) = await loopback.JoinAsync();
        var reading = Loopback.ReadToEndAsync(leg);

        leg.Abort();

        var failure = await Assert.ThrowsAsync<SocketException>(() => Loopback.ReceiveAsync(peer));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
        await reading;
        Assert.True(leg.EndedAbnormally);
        Assert.True((await Loopback.WriteAsync(leg, "x")).IsCompleted);
        leg.Abort();
        await leg.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_abort_is_a_reset_whatever_is_under_way_and_no_fin_comes_before_it(bool reads)
    {
        using var loopback = new Loopback(receiveBuffer: 4096);
        var bytes = new byte[16 * 1024 * 1024];
        var text = new string('x', bytes.Length);
        for (var i = 0; i < 20; i++)
        {
            var (leg, peer) = await loopback.JoinAsync();
            var flushing = Loopback.WriteAsync(leg, text);
            if (reads)
            {
                // What has come is left, and a read of more waits.
                await Loopback.SendAsync(peer, "x");
                leg.Input.AdvanceTo((await leg.Input.ReadAsync(Loopback.Cancelled)).Buffer.End);
                _ = leg.Input.ReadAsync(Loopback.Cancelled).AsTask();
            }

            var sending = reads ? null : peer.SendAsync(bytes, Loopback.Cancelled).AsTask();

            leg.Abort();

            // The first to ask is told of the reset. After a FIN it would be EPIPE for the sender.
            var failure = await Assert.ThrowsAsync<SocketException>(async () =>
            {
                await (sending ?? Task.CompletedTask);
                while (true)
                {
                    await peer.SendAsync(bytes.AsMemory(0, 1), Loopback.Cancelled);
                }
            });
            Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
            await flushing;
            peer.Dispose();
            await leg.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_close_reads_on_so_that_no_reset_destroys_what_was_sent()
    {
        using var loopback = new Loopback();
        var (leg, peer) = await loopback.JoinAsync();
        await Loopback.SendAsync(peer, new string('x', 100_000));
        await Loopback.WriteAsync(leg, "last words");

        var closing = leg.DisposeAsync().AsTask();

        Assert.Equal("last words", await Loopback.ReceiveToEndAsync(peer));
        peer.Dispose();
        await closing.WaitAsync(Loopback.Limit, Loopback.Cancelled);
    }

    [Fact]
    public async Task A_close_waits_for_a_peer_that_stays_no_longer_than_the_limit()
    {
        using var loopback = new Loopback();
        var (leg, peer) = await loopback.JoinAsync();

        await leg.DisposeAsync().AsTask().WaitAsync(SocketLeg.Linger * 3, Loopback.Cancelled);

        peer.Dispose();
    }

    [Fact]
    public async Task A_flush_waits_for_a_slow_peer_and_an_abort_frees_it()
    {
        using var loopback = new Loopback(receiveBuffer: 4096);
        var (leg, peer) = await loopback.JoinAsync();
        var flushing = Loopback.WriteAsync(leg, new string('x', 16 * 1024 * 1024));
        Assert.False(flushing.IsCompleted);

        leg.Abort();

        Assert.True((await flushing).IsCompleted);
        peer.Dispose();
    }

    [Fact]
    public async Task A_unix_socket_is_as_good()
    {
        var path = Path.Combine(Path.GetTempPath(), $"culvert-{Path.GetRandomFileName()}");
        using var listener = Listener.Bind(Loopback.Parse($"unix-listen:{path}"), TimeProvider.System);
        var accepting = listener.AcceptAsync(Loopback.Cancelled);

        var leg = await Loopback.OpenAsync($"unix:{path}");

        var peer = await accepting.WaitAsync(Loopback.Limit, Loopback.Cancelled);
        await Loopback.WriteAsync(leg, "question");
        await leg.FinishAsync();
        Assert.Equal("question", await Loopback.ReceiveToEndAsync(peer));
        await Loopback.SendAsync(peer, "answer");
        peer.Dispose();
        Assert.Equal("answer", await Loopback.ReadToEndAsync(leg));
        await leg.DisposeAsync();
    }
}
