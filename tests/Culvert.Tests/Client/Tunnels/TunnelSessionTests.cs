using System.Text;
using Culvert.Client.Tunnels;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>Streams, refusals and names of a session, with the real server.</summary>
public sealed class TunnelSessionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_goes_both_ways_and_each_direction_ends_by_itself()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();

        await using var stream = await session.OpenAsync(pair.Rig.Target, Cancel);
        using var target = await pair.Rig.AcceptAsync();
        await stream.WriteAsync("there"u8.ToArray(), Cancel);
        stream.CompleteWrites();
        var there = await target.ReadToEndAsync();
        await target.SendAsync("still here"u8.ToArray());
        target.Finish();
        var back = await ReadAllAsync(stream);

        Assert.Equal("there"u8.ToArray(), there);
        Assert.Equal("still here", back);
        Assert.Equal(DuplexStreamEnd.Finished, stream.End);
        await Assert.ThrowsAsync<IOException>(async () => await stream.WriteAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task A_reset_is_no_end_in_either_direction()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();
        await using var one = await session.OpenAsync(pair.Rig.Target, Cancel);
        using var oneTarget = await pair.Rig.AcceptAsync();
        await using var two = await session.OpenAsync(pair.Rig.Target, Cancel);
        using var twoTarget = await pair.Rig.AcceptAsync();

        oneTarget.Reset();
        two.Abort();

        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(one));
        Assert.Equal(DuplexStreamEnd.Reset, one.End);
        await twoTarget.MustBreakAsync();
        await Assert.ThrowsAsync<IOException>(() => ReadAllAsync(two));
        Assert.Equal(DuplexStreamEnd.Aborted, two.End);
    }

    [Theory]
    [InlineData("nobody", 503, "name_absent")]
    [InlineData("10.1.2.3:80", 403, "target_not_allowed")]
    [InlineData("[::1]:80", 403, "target_not_allowed")]
    public async Task A_refusal_has_its_code_when_opened_and_when_checked(string target, int status, string code)
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();

        var opened = await Assert.ThrowsAsync<TunnelException>(() => session.OpenAsync(target, Cancel).AsTask());
        var asked = await Assert.ThrowsAsync<TunnelException>(() => session.CheckAsync(target, Cancel));
        await session.CheckAsync(pair.Rig.Target, Cancel);

        Assert.Equal((TunnelStage.Open, status, code), (opened.Stage, opened.Status, opened.Code));
        Assert.Equal((TunnelStage.Check, status, code), (asked.Stage, asked.Status, asked.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-name")]
    [InlineData("a b")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("::1:80")]
    [InlineData("host\r\nX: y:80")]
    public async Task What_is_no_target_is_refused_here(string target)
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => session.OpenAsync(target, Cancel).AsTask());
    }

    [Fact]
    public async Task A_target_that_does_not_answer_is_unreachable()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync();
        pair.Rig.StopTarget();

        var opening = session.OpenAsync(pair.Rig.Target, Cancel).AsTask();
        var error = await Assert.ThrowsAsync<TunnelException>(() => opening);

        Assert.Equal((502, "target_unreachable"), (error.Status, error.Code));
    }

    [Fact]
    public async Task A_wrong_token_fails_the_first_attempt_even_when_waiting()
    {
        await using var pair = await TunnelPair.StartAsync();
        var options = pair.Options with { Token = "wrong", WaitForServer = true };

        var error = await Assert.ThrowsAsync<TunnelException>(() => pair.ConnectAsync(options));

        Assert.Equal((TunnelStage.Connect, 401, "unauthorized"), (error.Stage, error.Status, error.Code));
    }

    [Fact]
    public async Task A_name_is_served_until_its_listener_is_disposed_of()
    {
        await using var pair = await TunnelPair.StartAsync();
        var agent = await pair.ConnectAsync();
        var session = await pair.ConnectAsync();
        var listener = await agent.ListenAsync("game-7", Cancel);

        await session.CheckAsync("GAME-7", Cancel);
        await using var near = await session.OpenAsync("game-7", Cancel);
        await near.WriteAsync("hello"u8.ToArray(), Cancel);
        near.CompleteWrites();
        await using var far = await listener.AcceptAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
        var text = await ReadAllAsync(far);
        await listener.DisposeAsync();

        Assert.Equal("hello", text);
        Assert.Equal(("game-7", "owner"), (far.Target, far.PeerUser?.ToLowerInvariant()));
        await Assert.ThrowsAsync<TunnelException>(() => session.CheckAsync("game-7", Cancel));
        await Assert.ThrowsAsync<TunnelException>(() => listener.AcceptAsync(Cancel).AsTask());
        await (await agent.ListenAsync("game-7", Cancel)).DisposeAsync();
    }

    [Fact]
    public async Task Somebody_elses_name_is_taken()
    {
        await using var pair = await TunnelPair.StartAsync();
        var agent = await pair.ConnectAsync();
        await using var listener = await agent.ListenAsync("game-7", Cancel);
        var token = await pair.Rig.UserAsync("mallory", "connect", "listen");
        var other = await pair.ConnectAsync(pair.Options with { Token = token });

        var error = await Assert.ThrowsAsync<TunnelException>(() => other.ListenAsync("game-7", Cancel).AsTask());

        Assert.Equal((TunnelStage.Register, 409, "name_taken"), (error.Stage, error.Status, error.Code));
        await (await other.ListenAsync("game-8", Cancel)).DisposeAsync();
    }

    [Fact]
    public async Task The_same_instance_again_takes_over_and_the_first_session_stops()
    {
        await using var pair = await TunnelPair.StartAsync();
        var options = pair.Options with { Instance = "one" };
        var first = await pair.ConnectAsync(options);
        var firstListener = await first.ListenAsync("game-7", Cancel);
        var second = await pair.ConnectAsync(options);
        await using var secondListener = await second.ListenAsync("game-7", Cancel);

        var end = await first.Completion.WaitAsync(Limit, Cancel);

        Assert.Equal("taken_over", end?.Code);
        Assert.Equal(TunnelState.Closed, first.State);
        var accepting = await Assert.ThrowsAsync<TunnelException>(() => firstListener.AcceptAsync(Cancel).AsTask());
        Assert.Equal("taken_over", accepting.Code);
        await Assert.ThrowsAsync<TunnelException>(() => first.OpenAsync("game-7", Cancel).AsTask());
        await using var stream = await pair.OpenFromAsync("game-7");
        await using var accepted = await secondListener.AcceptAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
    }

    [Fact]
    public async Task Several_carriers_share_the_streams()
    {
        await using var pair = await TunnelPair.StartAsync();
        var session = await pair.ConnectAsync(pair.Options with { Carriers = 3 });
        await using var listener = await session.ListenAsync("game-7", Cancel);
        var other = await pair.ConnectAsync(pair.Options with { Carriers = 2 });

        var streams = new List<DuplexStream>();
        for (var i = 0; i < 12; i++)
        {
            var near = await other.OpenAsync("game-7", Cancel);
            var far = await listener.AcceptAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
            await near.WriteAsync(Encoding.UTF8.GetBytes($"{i}"), Cancel);
            near.CompleteWrites();
            Assert.Equal($"{i}", await ReadAllAsync(far));
            streams.AddRange([near, far]);
        }

        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }
    }

    private static async Task<string> ReadAllAsync(DuplexStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadToEndAsync(Cancel).WaitAsync(Limit, Cancel);
    }
}
