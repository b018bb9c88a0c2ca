using System.Net;
using System.Net.Sockets;
using Culvert.Client.Tunnels;
using Culvert.Tests.Pipes;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>TCP connections through forwards: bytes, ends and breaks, with the real server.</summary>
public sealed class ForwardTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ends_cross_a_local_forward_one_by_one()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();
        await using var forward = await session.ForwardLocalAsync(TunnelPair.AnyPort, pair.Rig.Target, Cancel);

        using var near = TunnelPair.Dial(forward);
        using var far = await pair.Rig.AcceptAsync();
        await near.SendAsync("there"u8.ToArray());
        near.Finish();
        var there = await far.ReadToEndAsync();
        await far.SendAsync("still here"u8.ToArray());
        far.Finish();

        Assert.Equal("there"u8.ToArray(), there);
        Assert.Equal("still here"u8.ToArray(), await near.ReadToEndAsync());
    }

    [Fact]
    public async Task Resets_cross_a_local_forward_in_both_directions()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();
        await using var forward = await session.ForwardLocalAsync(TunnelPair.AnyPort, pair.Rig.Target, Cancel);
        using var near = TunnelPair.Dial(forward);
        using var far = await pair.Rig.AcceptAsync();
        using var otherNear = TunnelPair.Dial(forward);
        using var otherFar = await pair.Rig.AcceptAsync();

        near.Reset();
        otherFar.Reset();

        await far.MustBreakAsync();
        await otherNear.MustBreakAsync();
    }

    [Fact]
    public async Task Much_goes_through_a_name_and_back_unchanged()
    {
        await using var pair = await TunnelPair.StartAsync();
        using var target = new TcpListener(IPAddress.Loopback, 0);
        target.Start();
        var agent = await pair.ConnectAsync(pair.Options with { Carriers = 2 });
        await agent.ForwardRemoteAsync("game-7", $"{target.LocalEndpoint}", Cancel);
        var session = await pair.ConnectAsync();
        var forward = await session.ForwardLocalAsync(TunnelPair.AnyPort, "game-7", Cancel);
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var bytes = new byte[5_000_003];
        new Random(seed).NextBytes(bytes);

        using var near = TunnelPair.Dial(forward);
        using var far = new RawPeer(await target.AcceptSocketAsync(Cancel).AsTask().WaitAsync(Limit, Cancel), false);
        var sending = near.SendAsync(bytes);
        var there = await far.ReadBytesAsync(bytes.Length);
        await sending;
        near.Finish();
        await far.MustEndAsync();
        var sendingBack = far.SendAsync(there);
        var back = await near.ReadBytesAsync(bytes.Length);
        await sendingBack;
        far.Finish();

        Assert.True(bytes.AsSpan().SequenceEqual(there), "changed on the way there");
        Assert.True(bytes.AsSpan().SequenceEqual(back), "changed on the way back");
        await near.MustEndAsync();
    }

    [Fact]
    public async Task A_name_can_lead_to_a_socket_file()
    {
        await using var pair = await TunnelPair.StartAsync();
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var target = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        target.Bind(new UnixDomainSocketEndPoint(path));
        target.Listen();
        var agent = await pair.ConnectAsync();
        await agent.ForwardRemoteAsync("game-7", $"unix:{path}", Cancel);

        await using var near = await pair.OpenFromAsync("game-7");
        using var far = new RawPeer(await target.AcceptAsync(Cancel), masks: false);
        await near.WriteAsync("hello"u8.ToArray(), Cancel);
        near.CompleteWrites();

        Assert.Equal("hello"u8.ToArray(), await far.ReadToEndAsync());
        far.Dispose();
        Assert.Equal(0, await near.ReadAsync(new byte[1], Cancel).AsTask().WaitAsync(Limit, Cancel));
        File.Delete(path);
    }

    [Fact]
    public async Task A_target_of_an_agent_that_refuses_is_reported_on_both_sides()
    {
        await using var pair = await TunnelPair.StartAsync();
        var reported = new TaskCompletionSource<ForwardedConnection>();
        var agent = await pair.ConnectAsync(pair.Options with { OnForwarded = c => reported.TrySetResult(c) });
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var target = $"{taken.LocalEndpoint}";
        taken.Stop();
        await agent.ForwardRemoteAsync("game-7", target, Cancel);

        var error = await Assert.ThrowsAsync<TunnelException>(() => pair.OpenFromAsync("game-7"));

        Assert.Equal((502, "target_unreachable"), (error.Status, error.Code));
        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
        var report = await reported.Task.WaitAsync(Limit, Cancel);
        Assert.Equal($"cannot reach {target}: connection refused", report.Error);
    }

    [Fact]
    public async Task A_connection_to_an_absent_name_is_reset_and_reported()
    {
        await using var pair = await TunnelPair.StartAsync();
        var reported = new TaskCompletionSource<ForwardedConnection>();
        var session = await pair.ConnectAsync(pair.Options with { OnForwarded = c => reported.TrySetResult(c) });
        await using var forward = await session.ForwardLocalAsync(TunnelPair.AnyPort, "nobody", Cancel);

        using var near = TunnelPair.Dial(forward);

        await near.MustBreakAsync();
        var report = await reported.Task.WaitAsync(Limit, Cancel);
        Assert.Contains("nobody", report.Error, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, report.Duration);
    }

    [Fact]
    public async Task One_direction_that_is_silent_after_the_other_has_ended_is_given_up()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync(pair.Options with { Linger = TimeSpan.FromMilliseconds(200) });
        await using var forward = await session.ForwardLocalAsync(TunnelPair.AnyPort, pair.Rig.Target, Cancel);
        using var near = TunnelPair.Dial(forward);
        using var far = await pair.Rig.AcceptAsync();

        far.Finish();

        await near.MustEndAsync();
        await far.MustBreakAsync();
    }

    [Fact]
    public async Task Disposing_of_a_forward_frees_its_port_and_resets_its_connections()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();
        var forward = await session.ForwardLocalAsync(TunnelPair.AnyPort, pair.Rig.Target, Cancel);
        using var near = TunnelPair.Dial(forward);
        using var far = await pair.Rig.AcceptAsync();

        await forward.DisposeAsync();

        await near.MustBreakAsync();
        await far.MustBreakAsync();
        Assert.NotNull(forward.LocalEndPoint);
        await using var again = await session.ForwardLocalAsync(forward.LocalEndPoint, pair.Rig.Target, Cancel);
    }
}
