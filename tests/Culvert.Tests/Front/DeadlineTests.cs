using System.Net.Sockets;
using System.Text;
using Culvert.Server.Front;
using Culvert.Tests.Connections;

namespace Culvert.Tests.Front;

/// <summary>How long a connection may take for each thing, in a time of the test's own.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private readonly FrontRig _rig = new();
    private readonly SocketPair _pair = new(bufferBytes: 8 * 1024);
    private RawClient? _client;
    private FrontConnection? _connection;

    private RawClient Client => _client ??= new RawClient(_pair.Peer);

    private FrontConnection Connection => _connection ??= _rig.Join(_pair);

    public ValueTask InitializeAsync()
    {
        _rig.Files.Write("a", "a");
        _rig.Files.Write("large.bin", new byte[1 << 20]);
        _rig.Files.Get("/a");
        _rig.Files.Get("/large.bin");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        _pair.Dispose();
    }

    [Fact]
    public async Task Who_says_nothing_is_closed_without_a_word()
    {
        Connection.Start();
        Assert.Equal(Phase.FirstByte, Connection.Phase);
        _rig.Time.Advance(_rig.Limits.HeadTimeout);
        Assert.False(_pair.Peer.Poll(TimeSpan.Zero, SelectMode.SelectRead));

        _rig.Pass(TimeSpan.Zero);

        Assert.Equal("", await Client.RestAsync());
    }

    [Theory]
    [InlineData("", "GET /a HT")]
    [InlineData("", "G")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "G")]
    [InlineData("GET /a HTTP/1.1\r\nHost: a\r\n\r\n", "GET /v1/x HTTP/1.1\r\nHost: a\r\nX: ")]
    public async Task A_head_that_does_not_come_in_time_is_refused(string before, string begun)
    {
        Begin(before + begun);
        Assert.Equal(Phase.Head, Connection.Phase);
        if (before.Length > 0)
        {
            Assert.Equal(200, (await Client.AnswerAsync()).Status);
        }

        _rig.Pass(_rig.Limits.HeadTimeout);

        var answer = await Client.AnswerAsync();
        Assert.Equal((408, true), (answer.Status, answer.Closes));
        Assert.Equal("", await Client.RestAsync());

        // It lingers for what is still on its way, and no longer than it has to.
        Assert.Equal(1, _rig.Server.Connections.Count);
        _rig.Pass(FrontServer.DiscardTime);
        Eventually(() => _rig.Server.Connections.Count == 0);
    }

    [Fact]
    public async Task More_bytes_of_a_head_give_no_more_time()
    {
        Begin("G");
        foreach (var next in "ET /a HTT")
        {
            _rig.Time.Advance(_rig.Limits.HeadTimeout / 8);
            _pair.SendAll([(byte)next]);
        }

        _rig.Pass(TimeSpan.Zero);

        Assert.Equal(408, (await Client.AnswerAsync()).Status);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_after_its_time_and_not_before()
    {
        Begin("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await Client.AnswerAsync()).Status);
        _rig.Time.Advance(_rig.Limits.KeepAlive - TimeSpan.FromSeconds(1));
        _pair.SendAll("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        Assert.Equal(200, (await Client.AnswerAsync()).Status);
        _rig.Time.Advance(_rig.Limits.KeepAlive - TimeSpan.FromSeconds(1));
        Assert.False(_pair.Peer.Poll(TimeSpan.Zero, SelectMode.SelectRead));

        _rig.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal("", await Client.RestAsync());
    }

    [Fact]
    public async Task Who_takes_nothing_of_an_answer_is_cut_off()
    {
        Begin("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        Eventually(() => Connection.Phase == Phase.Sending);

        _rig.Pass(_rig.Limits.SendTimeout);

        Eventually(() => _rig.Server.Connections.Count == 0);
        Assert.InRange((await Client.RestAsync()).Length, 1, 1 << 19);
    }

    [Fact]
    public async Task After_a_slow_answer_the_connection_has_its_idle_time()
    {
        Begin("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        Eventually(() => Connection.Phase == Phase.Sending);
        Assert.Equal(1 << 20, (await Client.AnswerAsync()).Body.Length);
        Eventually(() => Connection.Phase == Phase.Idle);

        _rig.Pass(_rig.Limits.SendTimeout);

        _pair.SendAll("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"u8);
        Assert.Equal(200, (await Client.AnswerAsync()).Status);
    }

    [Fact]
    public async Task A_refused_peer_that_sends_without_end_is_cut_off()
    {
        Begin("BAD\r\n\r\n");
        Assert.Equal(400, (await Client.AnswerAsync()).Status);
        try
        {
            _pair.SendAll(new byte[4 << 20]);
        }
        catch (SocketException)
        {
            // It was cut off meanwhile.
        }

        Eventually(() => _rig.Server.Connections.Count == 0);
    }

    [Fact]
    public async Task Draining_ends_an_idle_connection_at_once()
    {
        Begin("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Equal(200, (await Client.AnswerAsync()).Status);

        Connection.Drain();

        Assert.Equal("", await Client.RestAsync());
    }

    [Fact]
    public async Task Draining_lets_a_begun_request_be_the_last()
    {
        Begin("GET /a HTTP/1.1\r\nHo");
        Connection.Drain();
        _pair.SendAll("st: a\r\n\r\nGET /a HTTP/1.1\r\nHost: a\r\n\r\n"u8);

        var answer = await Client.AnswerAsync();

        Assert.Equal((200, true), (answer.Status, answer.Closes));
        Assert.Equal("", await Client.RestAsync());
    }

    [Fact]
    public async Task Draining_lets_an_answer_go_out_whole()
    {
        Begin("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        Eventually(() => Connection.Phase == Phase.Sending);
        var unbinding = _rig.Listener.UnbindAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(unbinding.IsCompleted);

        Assert.Equal(1 << 20, (await Client.AnswerAsync()).Body.Length);

        Assert.Equal("", await Client.RestAsync());
        await unbinding.WaitAsync(SocketPair.Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_peer_cut_off_before_its_request_for_the_application_counts_once()
    {
        using var other = new SocketPair();
        _rig.Join(other).Start();
        Begin("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\nGET /app/x HTTP/1.1\r\nHost: a\r\n\r\n");
        Eventually(() => Connection.Phase == Phase.Sending);

        Connection.Close();

        Eventually(() => _rig.Server.Connections.Count == 1);
        var passed = _rig.Server.Connections.WhenPassedAsync(TestContext.Current.CancellationToken);
        Assert.False(passed.IsCompleted);
        await other.Peer.DisconnectAsync(false, TestContext.Current.CancellationToken);
        await passed.WaitAsync(SocketPair.Limit, TestContext.Current.CancellationToken);
    }

    /// <summary>Serves a connection on which this lies already.</summary>
    private void Begin(string text)
    {
        _pair.SendAll(Encoding.ASCII.GetBytes(text));
        _pair.WaitForArrival();
        Connection.Start();
    }

    private static void Eventually(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, SocketPair.Limit));
}
