using System.Text;
using Culvert.Client.Messages;

namespace Culvert.Tests.Client.Messages;

/// <summary>How connections end, and who learns what.</summary>
public sealed class MessageEndTests
{
    [Theory]
    [InlineData(1000, "", true)]
    [InlineData(1001, "bye", true)]
    [InlineData(1011, "broken", false)]
    [InlineData(4001, "enough", false)]
    public async Task Both_sides_see_the_code_the_reason_and_who_closed(int code, string reason, bool isOk)
    {
        await using var pair = await Pair.OpenAsync();

        await Pair.Within(pair.Server.CloseAsync(code, reason, Pair.Cancelled).AsTask());

        Assert.Equal(new CloseInfo(code, reason, CloseSide.Remote, true), await Pair.EndAsync(pair.Client));
        Assert.Equal(new CloseInfo(code, reason, CloseSide.Local, true), await Pair.EndAsync(pair.Server));
        Assert.Equal(isOk, pair.Client.Closed?.IsOk);
        var sending = () => pair.Client.Send("late");
        Assert.Equal(isOk, Assert.ThrowsAny<ConnectionClosedException>(sending) is ConnectionClosedOkException);
    }

    [Fact]
    public async Task A_gateway_marks_its_own_ends()
    {
        await using var pair = await Pair.OpenAsync();

        await pair.Server.CloseAsync(1011, "relay: the back end is gone", Pair.Cancelled);

        Assert.Equal(CloseSide.Relay, (await Pair.EndAsync(pair.Client)).By);
    }

    [Fact]
    public async Task Messages_before_the_end_are_received_first()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Server.SendAsync("last words", Pair.Cancelled);
        await Pair.Within(pair.Server.CloseAsync(cancellationToken: Pair.Cancelled).AsTask());

        Assert.Equal("last words", await Pair.TextAsync(pair.Client));
        Assert.True((await Pair.EndAsync(pair.Client)).IsOk);
    }

    [Fact]
    public async Task Closing_against_a_peer_that_says_nothing_takes_a_second()
    {
        using var peer = await SilentPeer.StartAsync();
        var time = new ManualTime();
        var client = await Pair.Within(
            MessageClient.ConnectAsync(
                peer.Address, new MessageClientOptions { TimeProvider = time }, Pair.Cancelled).AsTask());
        var receiving = Pair.EndAsync(client);

        var closing = client.DisposeAsync().AsTask();
        await Pair.Within(time.TimerAsync(TimeSpan.FromSeconds(1)));
        time.Advance(TimeSpan.FromSeconds(0.99));
        Assert.False(closing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.01));

        await Pair.Within(closing);
        Assert.Equal(new CloseInfo(1000, "", CloseSide.Local, false), await receiving);
    }

    [Fact]
    public async Task A_transport_that_ends_without_a_word_is_1006()
    {
        using var peer = await SilentPeer.StartAsync();
        await using var client = await Pair.Within(
            MessageClient.ConnectAsync(peer.Address, null, Pair.Cancelled).AsTask());

        await peer.HangUpAsync();

        var end = await Pair.EndAsync(client);
        Assert.Equal((1006, CloseSide.Remote, false), (end.Code, end.By, end.IsOk));
    }

    [Fact]
    public async Task Who_blocks_in_receive_is_let_go_by_another_thread_that_disposes()
    {
        await using var pair = await Pair.OpenAsync();
        var receiving = Pair.Blocking(() => Assert.ThrowsAny<ConnectionClosedException>(() => pair.Client.Receive()));

        await Pair.Blocking(() =>
        {
            pair.Client.Dispose();
            pair.Client.Dispose();
            return true;
        });

        Assert.Equal(CloseSide.Local, (await receiving).Closed.By);
    }

    [Fact]
    public async Task A_message_over_the_limit_names_the_limit_the_side_and_the_size_on_both_sides()
    {
        var small = new MessageListenerOptions { Limits = MessageLimits.Default with { MaxMessageBytes = 1000 } };
        await using var pair = await Pair.OpenAsync(server: small);

        await pair.Client.SendAsync(new byte[5000], MessageKind.Binary, Pair.Cancelled);

        var there = await Pair.EndAsync(pair.Server);
        var here = await Pair.EndAsync(pair.Client);
        var local = Assert.IsType<MessageTooBigException>(there.Cause);
        var remote = Assert.IsType<MessageTooBigException>(here.Cause);
        Assert.Equal((1009, CloseSide.Local), (there.Code, there.By));
        Assert.Equal((CloseSide.Local, 1000, 5000), (local.Side, local.LimitBytes, local.ActualBytes));
        Assert.Equal((1009, CloseSide.Remote, "message over 1000 bytes"), (here.Code, here.By, here.Reason));
        Assert.Equal((CloseSide.Remote, 5000), (remote.Side, remote.ActualBytes));
    }

    [Fact]
    public async Task A_peer_that_breaks_the_protocol_is_told_and_left()
    {
        using var peer = await SilentPeer.StartAsync();
        await using var client = await Pair.Within(
            MessageClient.ConnectAsync(peer.Address, null, Pair.Cancelled).AsTask());

        await peer.SendAsync([0x83, 0x00]);

        var end = await Pair.EndAsync(client);
        Assert.Equal((1002, CloseSide.Local, "reserved opcode"), (end.Code, end.By, end.Reason));
        Assert.True((await peer.ReadToEndAsync()).Length > 0);
    }

    [Fact]
    public async Task A_silent_peer_is_given_up_by_the_keepalive()
    {
        using var peer = await SilentPeer.StartAsync();
        var limits = MessageLimits.Default with
        {
            PingInterval = TimeSpan.FromMilliseconds(50),
            PongTimeout = TimeSpan.FromMilliseconds(100),
        };
        await using var client = await Pair.Within(
            MessageClient.ConnectAsync(peer.Address, new MessageClientOptions { Limits = limits }, Pair.Cancelled)
                .AsTask());

        var end = await Pair.EndAsync(client);

        Assert.Equal((1006, CloseSide.Local), (end.Code, end.By));
        Assert.IsType<TimeoutException>(end.Cause);
    }

    [Fact]
    public async Task Keepalive_leaves_an_idle_connection_open_and_measures_it()
    {
        var limits = MessageLimits.Default with { PingInterval = TimeSpan.FromMilliseconds(20) };
        await using var pair = await Pair.OpenAsync(new MessageClientOptions { Limits = limits });

        while (pair.Client.Latency == TimeSpan.Zero)
        {
            Assert.False(pair.Client.TryReceive(TimeSpan.FromMilliseconds(20), out _));
        }

        Assert.Equal(ConnectionState.Open, pair.Client.State);
    }

    [Fact]
    public async Task States_are_told_in_order()
    {
        await using var pair = await Pair.OpenAsync();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new List<StateChange>();
        pair.Client.StateChanged += change =>
        {
            seen.Add(change);
            if (change.State == ConnectionState.Closed)
            {
                closed.SetResult();
            }
        };

        await pair.Client.CloseAsync(1001, "done", Pair.Cancelled);
        await Pair.Within(closed.Task);

        Assert.Equal([ConnectionState.Closing, ConnectionState.Closed], seen.Select(change => change.State));
        Assert.Equal(1001, seen[^1].Closed?.Code);
    }

    [Fact]
    public async Task Ten_thousand_small_messages_share_writes()
    {
        var roomy = new MessageListenerOptions
        {
            Limits = MessageLimits.Default with { ReceiveQueueMessages = 20_000 },
        };
        await using var pair = await Pair.OpenAsync(server: roomy);

        var sending = Enumerable.Range(0, 10_000)
            .Select(i => pair.Client.SendAsync(Encoding.ASCII.GetBytes($"{i}"), MessageKind.Text, Pair.Cancelled)
                .AsTask());
        await Pair.Within(Task.WhenAll(sending));

        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal($"{i}", await Pair.TextAsync(pair.Server));
        }
    }
}
