using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Culvert.Client.Messages;
using Culvert.Tests.Support;

namespace Culvert.Tests.Client.Messages;

/// <summary>JSON and JSON-RPC 2.0 over messages.</summary>
public sealed class JsonRpcTests
{
    private static JsonTypeInfo<int[]> Numbers { get; } = Of<int[]>();

    private static JsonTypeInfo<int> Number { get; } = Of<int>();

    [Theory]
    [InlineData(MessageKind.Text)]
    [InlineData(MessageKind.Binary)]
    public async Task A_value_travels_as_text_or_binary_and_either_is_read(MessageKind kind)
    {
        await using var pair = await Pair.OpenAsync();

        await Pair.Blocking(() =>
        {
            pair.Client.SendJson([1, 2], Numbers, kind);
            return true;
        });

        Assert.Equal<IEnumerable<int>>([1, 2], await Pair.Blocking(() => pair.Server.ReceiveJson(Numbers, Pair.Limit)));
    }

    [Fact]
    public async Task What_is_no_such_value_is_taken_and_the_next_one_is_read()
    {
        await using var pair = await Pair.OpenAsync();
        await pair.Client.SendAsync("{", Pair.Cancelled);
        await pair.Client.SendAsync("null", Pair.Cancelled);
        await pair.Client.SendJsonAsync([3], Numbers, cancellationToken: Pair.Cancelled);

        Task<int[]> Next() => pair.Server.ReceiveJsonAsync(Numbers, Pair.Cancelled).AsTask();
        await Assert.ThrowsAnyAsync<JsonException>(Next);
        await Assert.ThrowsAnyAsync<JsonException>(Next);
        Assert.Equal<IEnumerable<int>>([3], await Next());
        Assert.Throws<TimeoutException>(() => pair.Server.ReceiveJson(Numbers, TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public async Task Requests_go_both_ways_at_once()
    {
        await using var pair = await Pair.OpenAsync();
        await using var server = Adder(pair.Server);
        await using var client = Adder(pair.Client);

        var there = Enumerable.Range(0, 100).Select(i => AddAsync(client, i, 1));
        var back = Enumerable.Range(0, 100).Select(i => AddAsync(server, i, 2));

        Assert.Equal(Enumerable.Range(1, 100), await Pair.Within(Task.WhenAll(there)));
        Assert.Equal(Enumerable.Range(2, 100), await Pair.Within(Task.WhenAll(back)));
        Assert.Equal(7, await Pair.Blocking(() => client.Request("add", [3, 4], Numbers, Number)));
    }

    [Fact]
    public async Task The_wire_is_that_of_the_specification()
    {
        await using var pair = await Pair.OpenAsync();
        await using var client = new JsonRpc(pair.Client);

        var adding = AddAsync(client, 1, 2);
        await Answers(pair.Server, """{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}""");
        await pair.Server.SendAsync("""{"jsonrpc":"2.0","id":1,"result":3}""", Pair.Cancelled);
        var failing = AddAsync(client, 1, 2);
        await Answers(pair.Server, """{"jsonrpc":"2.0","id":2,"method":"add","params":[1,2]}""");
        await pair.Server.SendAsync(
            """{"jsonrpc":"2.0","id":2,"error":{"code":-5,"message":"no","data":[1]}}""", Pair.Cancelled);

        Assert.Equal(3, await Pair.Within(adding));
        var failure = await Assert.ThrowsAsync<JsonRpcException>(() => failing);
        Assert.Equal((-5, "no", "[1]"), (failure.Code, failure.Message, failure.Data.GetRawText()));
        await client.NotifyAsync("tell", [1], Numbers, Pair.Cancelled);
        await Answers(pair.Server, """{"jsonrpc":"2.0","method":"tell","params":[1]}""");
    }

    [Theory]
    [InlineData("{", "null", -32700, "the message is not JSON")]
    [InlineData("[]", "null", -32600, "the message is no JSON-RPC 2.0 request")]
    [InlineData("1", "null", -32600, "the message is no JSON-RPC 2.0 request")]
    [InlineData("""{"jsonrpc":"1.0","id":4,"method":"add"}""", "4", -32600, "the message is no JSON-RPC 2.0 request")]
    [InlineData("""{"jsonrpc":"2.0","id":"x","method":"none"}""", "\"x\"", -32601, "there is no such method")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"add"}""", "1", -32602, "the parameters are missing")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"fail","params":[]}""", "1", -32603, "the method failed")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"refuse","params":[]}""", "1", 7, "mine")]
    public async Task A_bad_request_gets_its_error(string request, string id, int code, string message)
    {
        await using var pair = await Pair.OpenAsync();
        await using var server = Adder(pair.Server);

        await pair.Client.SendAsync(request, Pair.Cancelled);
        await pair.Client.SendAsync("""{"jsonrpc":"2.0","id":9,"method":"add","params":[1,2]}""", Pair.Cancelled);
        string[] answers = [await Pair.TextAsync(pair.Client), await Pair.TextAsync(pair.Client)];

        Array.Sort(answers, (a, b) => a.Contains("result", StringComparison.Ordinal).CompareTo(
            b.Contains("result", StringComparison.Ordinal)));
        AssertSame(
            $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":{{{code}}},"message":"{{{message}}}"}}""", answers[0]);
        AssertSame("""{"jsonrpc":"2.0","id":9,"result":3}""", answers[1]);
    }

    [Fact]
    public async Task A_batch_is_answered_by_one()
    {
        await using var pair = await Pair.OpenAsync();
        await using var server = Adder(pair.Server);

        await pair.Client.SendAsync("""{"jsonrpc":"2.0","id":77,"result":"nobody asked"}""", Pair.Cancelled);
        await pair.Client.SendAsync(
            """
            [{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]},
             {"jsonrpc":"2.0","method":"add","params":[1,2]},
             {"jsonrpc":"2.0","id":2,"method":"add","params":[3,4]}]
            """,
            Pair.Cancelled);

        await Answers(
            pair.Client, """[{"jsonrpc":"2.0","id":1,"result":3},{"jsonrpc":"2.0","id":2,"result":7}]""");
        Assert.Equal(1, server.LateAnswers);
    }

    [Fact]
    public async Task Time_outs_and_cancelling_tell_the_other_side()
    {
        await using var pair = await Pair.OpenAsync();
        var begun = new SemaphoreSlim(0);
        var cancelled = new SemaphoreSlim(0);
        var time = new ManualTimeProvider();
        await using var server = new JsonRpc(pair.Server).OnRequest(
            "wait",
            Numbers,
            Number,
            async (_, token) =>
            {
                begun.Release();
                try
                {
                    await new TaskCompletionSource().Task.WaitAsync(token);
                }
                finally
                {
                    cancelled.Release();
                }

                return 0;
            }).Start();
        await using var client = new JsonRpc(pair.Client, new JsonRpcOptions { TimeProvider = time });
        using var cancel = new CancellationTokenSource();

        var late = client.RequestAsync("wait", [], Numbers, Number, TimeSpan.FromSeconds(5), Pair.Cancelled).AsTask();
        Assert.True(await begun.WaitAsync(Pair.Limit, Pair.Cancelled));
        time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<TimeoutException>(() => late);
        Assert.True(await cancelled.WaitAsync(Pair.Limit, Pair.Cancelled));
        var given = client.RequestAsync("wait", [], Numbers, Number, null, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.True(await cancelled.WaitAsync(Pair.Limit, Pair.Cancelled));
    }

    [Fact]
    public async Task An_answer_just_before_the_end_counts_and_its_lack_is_told()
    {
        await using var pair = await Pair.OpenAsync();
        await using var client = new JsonRpc(pair.Client);
        var answered = AddAsync(client, 1, 2);
        var lost = AddAsync(client, 3, 4);
        await Pair.TextAsync(pair.Server);
        await Pair.TextAsync(pair.Server);

        await pair.Server.SendAsync("""{"jsonrpc":"2.0","id":1,"result":3}""", Pair.Cancelled);
        await pair.Server.CloseAsync(1012, "restart", Pair.Cancelled);

        Assert.Equal(3, await Pair.Within(answered));
        var failure = await Assert.ThrowsAsync<RequestLostException>(() => lost);
        Assert.Equal((1012, true), (failure.Closed?.Code, failure.MayRetry));
        await Assert.ThrowsAnyAsync<ConnectionClosedException>(() => AddAsync(client, 5, 6));
    }

    [Fact]
    public async Task Requests_under_way_are_bounded_on_both_sides()
    {
        await using var pair = await Pair.OpenAsync();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new JsonRpc(pair.Server, new JsonRpcOptions { MaxInFlight = 2 }).OnRequest(
            "wait", Numbers, Number, async (_, token) =>
            {
                await go.Task.WaitAsync(token);
                return 1;
            }).Start();
        await using var client = new JsonRpc(pair.Client);
        Task<int> Wait() => client.RequestAsync("wait", [], Numbers, Number, null, Pair.Cancelled).AsTask();

        Task<int>[] taken = [Wait(), Wait()];
        var failure = await Assert.ThrowsAsync<JsonRpcException>(Wait);
        go.SetResult();

        Assert.Equal(JsonRpcErrorCode.TooManyRequests, failure.Code);
        Assert.Equal<IEnumerable<int>>([1, 1], await Pair.Within(Task.WhenAll(taken)));
    }

    private static JsonRpc Adder(MessageClient client) => new JsonRpc(client)
        .OnRequest("add", Numbers, Number, (numbers, _) => ValueTask.FromResult(numbers.Sum()))
        .OnRequest("fail", Numbers, Number, (_, _) => throw new InvalidOperationException("secret"))
        .OnRequest("refuse", Numbers, Number, (_, _) => throw new JsonRpcException(7, "mine"))
        .Start();

    private static Task<int> AddAsync(JsonRpc rpc, int a, int b) =>
        rpc.RequestAsync("add", [a, b], Numbers, Number, Pair.Limit, Pair.Cancelled).AsTask();

    private static async Task Answers(MessageClient client, string expected) =>
        AssertSame(expected, await Pair.TextAsync(client));

    private static void AssertSame(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);

    private static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Default.GetTypeInfo(typeof(T));
}
