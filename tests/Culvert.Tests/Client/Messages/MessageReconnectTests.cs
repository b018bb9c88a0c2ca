using Culvert.Client;
using Culvert.Client.Messages;

namespace Culvert.Tests.Client.Messages;

/// <summary>Coming back after a loss.</summary>
public sealed class MessageReconnectTests
{
    [Fact]
    public async Task It_comes_back_speaks_first_and_goes_on_in_the_same_loop()
    {
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0");
        var attempts = new List<bool>();
        var options = With(new ReconnectOptions
        {
            OnConnecting = (attempt, _) =>
            {
                attempts.Add(attempt.IsFirst);
                attempt.Token = $"token{attempts.Count}";
                return ValueTask.CompletedTask;
            },
            OnConnected = (preamble, token) => preamble.SendAsync(preamble.IsFirst ? "hello" : "again", token),
        });
        await using var client = await MessageClient.ConnectAsync(Pair.At(listener, "/"), options, Pair.Cancelled);
        var first = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        await first.SendAsync("1", Pair.Cancelled);
        Assert.Equal("hello", await Pair.TextAsync(first));

        await first.CloseAsync(1012, "restart", Pair.Cancelled);
        var second = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        await second.SendAsync("2", Pair.Cancelled);

        Assert.Equal("again", await Pair.TextAsync(second));
        Assert.Equal("1", await Pair.TextAsync(client));
        Assert.Equal("2", await Pair.TextAsync(client));
        Assert.Equal([true, false], attempts);
        Assert.Contains(second.Headers, h => h is { Key: "Authorization", Value: "Bearer token2" });
        await second.CloseAsync(1000, "done", Pair.Cancelled);
        Assert.Equal("done", (await Pair.EndAsync(client)).Reason);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1002)]
    [InlineData(1008)]
    [InlineData(4001)]
    public async Task It_does_not_come_back_where_that_was_not_asked_for(int code)
    {
        await using var listener = MessageListener.Listen("ws://127.0.0.1:0");
        await using var client = await MessageClient.ConnectAsync(
            Pair.At(listener, "/"), With(new ReconnectOptions()), Pair.Cancelled);
        var server = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());

        await server.CloseAsync(code, "no", Pair.Cancelled);

        Assert.Equal(code, (await Pair.EndAsync(client)).Code);
    }

    [Theory]
    [InlineData(SendPolicy.Fail, "later")]
    [InlineData(SendPolicy.Drop, "later")]
    [InlineData(SendPolicy.Buffer, "meanwhile")]
    public async Task Messages_sent_in_between_fail_wait_or_are_dropped(SendPolicy policy, string expected)
    {
        var listener = MessageListener.Listen("ws://127.0.0.1:0");
        var mayConnect = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isDown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = With(new ReconnectOptions
        {
            WhileDown = policy,
            OnConnecting = async (attempt, token) =>
            {
                if (!attempt.IsFirst)
                {
                    isDown.TrySetResult();
                    await mayConnect.Task.WaitAsync(token);
                }
            },
        });
        await using var closing = listener;
        await using var client = await MessageClient.ConnectAsync(Pair.At(listener, "/"), options, Pair.Cancelled);
        var first = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        await first.CloseAsync(1012, "", Pair.Cancelled);
        await Pair.Within(isDown.Task);

        var failure = Record.Exception(() => client.Send("meanwhile"));
        mayConnect.SetResult();
        var second = await Pair.Within(listener.AcceptAsync(Pair.Cancelled).AsTask());
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StateChanged += _ => opened.TrySetResult();
        if (client.State != ConnectionState.Open)
        {
            await Pair.Within(opened.Task);
        }

        await client.SendAsync("later", Pair.Cancelled);

        Assert.Equal(policy == SendPolicy.Fail, failure is ConnectionClosedErrorException);
        Assert.Equal(policy == SendPolicy.Drop ? 1 : 0, client.Dropped);
        Assert.Equal(expected, await Pair.TextAsync(second));
    }

    [Fact]
    public async Task It_gives_up_after_its_time_and_says_how_the_connection_was_lost()
    {
        var listener = MessageListener.Listen("ws://127.0.0.1:0");
        var options = With(new ReconnectOptions { GiveUpAfter = TimeSpan.FromMilliseconds(200) });
        await using var client = await MessageClient.ConnectAsync(Pair.At(listener, "/"), options, Pair.Cancelled);

        await listener.DisposeAsync();

        Assert.Equal(1001, (await Pair.EndAsync(client)).Code);
    }

    [Fact]
    public async Task Closing_while_it_is_down_ends_at_once()
    {
        var listener = MessageListener.Listen("ws://127.0.0.1:0");
        var options = new MessageClientOptions { Reconnect = new ReconnectOptions { Random = () => 0.999 } };
        await using var client = await MessageClient.ConnectAsync(Pair.At(listener, "/"), options, Pair.Cancelled);
        var isDown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StateChanged += change =>
        {
            if (change.State == ConnectionState.Connecting)
            {
                isDown.TrySetResult();
            }
        };
        await listener.DisposeAsync();
        await Pair.Within(isDown.Task);

        await Pair.Within(client.CloseAsync(1000, "mine", Pair.Cancelled).AsTask());

        Assert.Equal((CloseSide.Local, "mine"), (client.Closed?.By, client.Closed?.Reason));
    }

    [Fact]
    public async Task The_first_attempt_fails_at_once()
    {
        var listener = MessageListener.Listen("ws://127.0.0.1:0");
        await listener.DisposeAsync();

        var failure = await Assert.ThrowsAsync<ConnectFailedException>(() => MessageClient.ConnectAsync(
            Pair.At(listener, "/"), With(new ReconnectOptions()), Pair.Cancelled).AsTask());

        Assert.Equal((ConnectStage.Tcp, "connection refused"), (failure.Stage, failure.Why));
    }

    private static MessageClientOptions With(ReconnectOptions reconnect) =>
        new() { Reconnect = reconnect with { Random = () => 0.01 } };
}
