using System.Diagnostics;
using Culvert.Client.Messages;

namespace Culvert.Tests.Client.Messages;

/// <summary>Sending and receiving, blocking and not.</summary>
public sealed class MessageClientTests
{
    [Fact]
    public async Task Text_and_bytes_go_both_ways_with_their_kind()
    {
        await using var pair = await Pair.OpenAsync();

        await pair.Client.SendAsync("höllo", Pair.Cancelled);
        await pair.Server.SendAsync(new byte[] { 0, 255 }, MessageKind.Binary, Pair.Cancelled);
        using var text = await Pair.Within(pair.Server.ReceiveAsync(Pair.Cancelled).AsTask());
        using var bytes = await Pair.Within(pair.Client.ReceiveAsync(Pair.Cancelled).AsTask());

        Assert.Equal((MessageKind.Text, "höllo"), (text.Kind, text.GetText()));
        Assert.Equal(MessageKind.Binary, bytes.Kind);
        Assert.Equal([0, 255], bytes.Data.ToArray());
    }

    [Fact]
    public async Task Blocking_calls_do_the_same_without_any_await()
    {
        using var listener = MessageListener.Listen("ws://localhost:0/client{id}");

        var serving = Pair.Blocking(() =>
        {
            using var client = listener.Accept();
            using var message = client.Receive();
            client.Send($"{client.RouteValues["id"]}: {message.GetText()}");
            return client.Path;
        });
        var answer = await Pair.Blocking(() =>
        {
            using var client = MessageClient.Connect($"ws://localhost:{listener.Port}/client3");
            client.Send("hello");
            using var message = client.Receive();
            client.Close();
            return message.GetText();
        });

        Assert.Equal("3: hello", answer);
        Assert.Equal("/client3", await serving);
    }

    [Fact]
    public async Task A_receive_that_times_out_or_is_cancelled_loses_nothing()
    {
        await using var pair = await Pair.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var cancelled = pair.Client.ReceiveAsync(cancel.Token).AsTask();

        Assert.False(pair.Client.TryReceive(TimeSpan.FromMilliseconds(20), out _));
        Assert.False(pair.Client.TryReceive(TimeSpan.Zero, out _));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await pair.Server.SendAsync("still here", Pair.Cancelled);

        Assert.Equal("still here", await Pair.TextAsync(pair.Client));
        Assert.Equal(ConnectionState.Open, pair.Client.State);
    }

    [Fact]
    public async Task Concurrent_senders_of_large_and_small_messages_never_interleave()
    {
        const int Threads = 8;
        const int Messages = 100;
        await using var pair = await Pair.OpenAsync();
        var sending = Enumerable.Range(0, Threads).Select(thread => Pair.Blocking(() =>
        {
            for (var i = 0; i < Messages; i++)
            {
                var data = new byte[i % 10 == 0 ? 100_000 : 8];
                data.AsSpan().Fill((byte)thread);
                data[0] = (byte)i;
                pair.Client.Send(data);
            }

            return true;
        })).ToList();
        var next = new int[Threads];

        for (var i = 0; i < Threads * Messages; i++)
        {
            using var message = await Pair.Within(pair.Server.ReceiveAsync(Pair.Cancelled).AsTask());
            var data = message.Data.Span;
            var thread = data[1];
            Assert.Equal(-1, data[1..].IndexOfAnyExcept(thread));
            Assert.Equal(next[thread]++, data[0]);
        }

        await Task.WhenAll(sending);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_of_every_length_arrive_whole(bool deflate)
    {
        var big = MessageLimits.Default with { ReceiveQueueMessages = 100 };
        await using var pair = await Pair.OpenAsync(
            new MessageClientOptions { Deflate = deflate },
            new MessageListenerOptions { Deflate = deflate, Limits = big });
        int[] lengths = [0, 1, 125, 126, 127, 65535, 65536, 1_000_000, 5_000_000];
        var random = new Random(7);

        foreach (var length in lengths)
        {
            var data = new byte[length];
            random.NextBytes(data.AsSpan(length / 2));
            var sending = pair.Client.SendAsync(data, MessageKind.Binary, Pair.Cancelled).AsTask();
            using var message = await Pair.Within(pair.Server.ReceiveAsync(Pair.Cancelled).AsTask());
            await sending;
            Assert.True(message.Data.Span.SequenceEqual(data), $"{length} bytes");
        }
    }

    [Fact]
    public async Task Who_does_not_receive_slows_the_sender_and_bounds_memory()
    {
        var small = MessageLimits.Default with { ReceiveQueueBytes = 4096, SendQueueBytes = 4096 };
        await using var pair = await Pair.OpenAsync(
            new MessageClientOptions { Limits = small }, new MessageListenerOptions { Limits = small });
        var data = new byte[256 * 1024];
        await Pair.Within(pair.Client.SendAsync(data, MessageKind.Binary, Pair.Cancelled).AsTask());
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var sent = 1;

        try
        {
            while (sent < 1000)
            {
                var sending = pair.Client.SendAsync(data, MessageKind.Binary, patience.Token);
                await sending.AsTask().WaitAsync(patience.Token);
                sent++;
            }
        }
        catch (OperationCanceledException)
        {
            // The sender has to wait, as it should.
        }

        Assert.InRange(sent, 1, 200);
        for (var i = 0; i <= sent; i++)
        {
            using var message = await Pair.Within(pair.Server.ReceiveAsync(Pair.Cancelled).AsTask());
            Assert.Equal(data.Length, message.Length);
        }
    }

    [Fact]
    public async Task Pings_measure_the_way_in_both_directions()
    {
        await using var pair = await Pair.OpenAsync();

        var there = await Pair.Within(pair.Client.PingAsync(Pair.Cancelled).AsTask());
        var back = await Pair.Blocking(pair.Server.Ping);

        Assert.True(there > TimeSpan.Zero && back > TimeSpan.Zero);
        Assert.Equal(there, pair.Client.Latency);
    }

    [Fact]
    public async Task Reading_all_ends_with_an_ordinary_end_and_throws_any_other()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Server.SendAsync("1", Pair.Cancelled);
        await pair.Server.SendAsync("2", Pair.Cancelled);
        await pair.Server.CloseAsync(cancellationToken: Pair.Cancelled);
        await using var other = await Pair.OpenAsync();
        await other.Server.CloseAsync(4001, "enough", Pair.Cancelled);

        var texts = new List<string>();
        await foreach (var message in pair.Client.ReadAllAsync(Pair.Cancelled))
        {
            texts.Add(message.GetText());
            message.Dispose();
        }

        Assert.Equal(["1", "2"], texts);
        await Assert.ThrowsAsync<ConnectionClosedErrorException>(async () =>
        {
            await foreach (var message in other.Client.ReadAllAsync(Pair.Cancelled))
            {
                message.Dispose();
            }
        });
    }

    [Fact]
    public async Task A_blocking_loop_over_all_messages_ends_in_the_same_ways()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Server.SendAsync("1", Pair.Cancelled);
        await pair.Server.SendAsync("2", Pair.Cancelled);
        await pair.Server.CloseAsync(cancellationToken: Pair.Cancelled);
        await using var other = await Pair.OpenAsync();
        await other.Server.SendAsync("3", Pair.Cancelled);
        await other.Server.CloseAsync(4001, "enough", Pair.Cancelled);

        var texts = await Pair.Blocking(() => pair.Client.ReadAll().Select(Text).ToList());
        var failing = Pair.Blocking(() => other.Client.ReadAll().Select(Text).ToList());

        Assert.Equal(["1", "2"], texts);
        var failure = await Assert.ThrowsAsync<ConnectionClosedErrorException>(() => failing);
        Assert.Equal(4001, failure.Closed.Code);

        static string Text(Message message)
        {
            using (message)
            {
                return message.GetText();
            }
        }
    }

    [Fact]
    public void A_bound_that_lets_nothing_through_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageListenerOptions { MaxConnections = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessageListenerOptions { Backlog = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonRpcOptions { MaxInFlight = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReconnectOptions { BufferBytes = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageLimits.Default with { ReceiveQueueMessages = 0 });
    }

    [Fact]
    public async Task Blocking_calls_on_a_thread_with_a_context_do_not_need_it()
    {
        await using var pair = await Pair.OpenAsync();
        var echoing = Task.Run(
            async () => await pair.Server.SendAsync(await Pair.TextAsync(pair.Server), Pair.Cancelled), Pair.Cancelled);

        var text = await Pair.Blocking(() =>
        {
            // Whatever is posted to it is never run, as on a user interface that is held up.
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContextOfNobody());
            using var client = MessageClient.Connect(Pair.At(pair.Listener, "/second"));
            pair.Client.Send("through");
            using var message = pair.Client.Receive();
            client.Ping();
            client.Close();
            return message.GetText();
        });

        Assert.Equal("through", text);
        await Pair.Within(echoing);
    }

    [Fact]
    public async Task A_message_may_be_disposed_of_twice_but_not_read_afterwards()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Client.SendAsync("x", Pair.Cancelled);
        var message = await Pair.Within(pair.Server.ReceiveAsync(Pair.Cancelled).AsTask());

        message.Dispose();
        message.Dispose();

        Assert.Throws<ObjectDisposedException>(() => message.Data);
    }

    [Fact]
    public async Task A_text_that_is_no_text_is_refused_before_it_is_sent()
    {
        await using var pair = await Pair.OpenAsync();

        Assert.Throws<ArgumentException>(() => pair.Client.Send([0xFF], MessageKind.Text));
        await pair.Client.SendAsync("fine", Pair.Cancelled);

        Assert.Equal("fine", await Pair.TextAsync(pair.Server));
    }

    private sealed class SynchronizationContextOfNobody : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }

        public override void Send(SendOrPostCallback d, object? state) => throw new UnreachableException();
    }
}
