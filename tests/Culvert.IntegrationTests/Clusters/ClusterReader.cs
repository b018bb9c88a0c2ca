using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Clusters;

/// <summary>Follows a room by one transport over every fault, with its cursor: what it is shown is the log.</summary>
/// <param name="address">Where the nodes are reached.</param>
/// <param name="token">Whose token.</param>
/// <param name="room">Name of the room.</param>
/// <param name="epoch">Of the room's log.</param>
/// <param name="transport">One of the constants.</param>
internal sealed class ClusterReader(Uri address, string token, string room, string epoch, string transport)
{
    public const string Socket = "WebSocket";
    public const string EventStream = "SSE";
    public const string Ndjson = "NDJSON";
    public const string LongPoll = "long-poll";

    /// <summary>The text of the message that ends it.</summary>
    public const string LastText = "the-end";

    /// <summary>Longer than two heartbeats of the nodes: then the node, or the way to it, is dead.</summary>
    private const double SilenceSeconds = 6;

    private string _cursor = "start";
    private bool _isDone;

    public string Room => room;

    public string Transport => transport;

    /// <summary>The durable events in the order in which they came.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>How often it had to come back.</summary>
    public int Breaks { get; private set; }

    public async Task RunAsync()
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!_isDone)
        {
            try
            {
                await FollowAsync();
            }
            catch (Exception e) when (IsFault(e))
            {
                // What this is about: the next node goes on.
            }

            if (!_isDone)
            {
                Breaks++;
                await pause.WaitForNextTickAsync(Bounded.Cancelled);
            }
        }
    }

    private static bool IsFault(Exception e) =>
        e is HttpRequestException or IOException or TimeoutException or Xunit.Sdk.TrueException
            or Xunit.Sdk.StartsWithException or System.Net.Sockets.SocketException
        || (e is OperationCanceledException && !Bounded.Cancelled.IsCancellationRequested);

    private Task FollowAsync() => transport switch
    {
        Socket => FollowSocketAsync(),
        LongPoll => PollAsync(),
        _ => FollowStreamAsync(),
    };

    private async Task FollowStreamAsync()
    {
        using var api = new Api(address, token);
        var type = transport == EventStream ? Api.EventStream : Api.Ndjson;
        await using var stream = await api.FollowAsync($"/v1/rooms/{room}/events?since={_cursor}", type);
        while (!_isDone && await stream.NextAsync(SilenceSeconds) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                Take(line[6..]);
            }
            else if (line.StartsWith('{'))
            {
                Take(line);
            }
        }
    }

    private async Task FollowSocketAsync()
    {
        using var socket = await RawWebSocket.UpgradeAsync(address, "/v1/ws", token);
        await socket.SendTextAsync($$"""{"id":1,"op":"sub","room":"{{room}}","since":"{{_cursor}}"}""");
        while (!_isDone && await socket.ReadAsync(SilenceSeconds) is { } frame && frame.Opcode != RawFrame.Close)
        {
            if (frame.Opcode == RawFrame.Ping)
            {
                await socket.SendFrameAsync(RawFrame.Pong, frame.Payload);
                continue;
            }

            foreach (var line in frame.Text.Split('\n'))
            {
                if (line.Contains("\"err\":", StringComparison.Ordinal))
                {
                    return;
                }

                Take(line);
            }
        }
    }

    private async Task PollAsync()
    {
        using var api = new Api(address, token);
        while (!_isDone)
        {
            var (status, page) = await api
                .CallAsync(
                    HttpMethod.Get,
                    $"/v1/rooms/{room}/events?since={_cursor}&wait=4&limit=500",
                    null,
                    ("Accept", "application/json"))
                .Within(4 + SilenceSeconds);
            if ((int)status != 200)
            {
                return;
            }

            foreach (var item in page.GetProperty("events").EnumerateArray())
            {
                Take(item.GetRawText());
            }
        }
    }

    private void Take(string line)
    {
        Assert.False(EventLine.Is(line, "gap"), $"{transport} in {room} at {_cursor}: {line}");
        if (EventLine.OffsetOf(line) is not { } offset || !EventLine.Is(line, "msg"))
        {
            return;
        }

        var expected = Lines.Count == 0 ? offset : EventLine.OffsetOf(Lines[^1])!.Value + 1;
        if (offset != expected)
        {
            throw new InvalidOperationException(
                $"{transport} in {room}, from {_cursor}: offset {offset} in place of {expected}");
        }

        Lines.Add(line);
        _cursor = $"{epoch}-{offset}";
        _isDone = line.Contains($"\"{LastText}\"", StringComparison.Ordinal);
    }
}
