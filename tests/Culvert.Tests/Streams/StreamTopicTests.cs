using System.Text.Json.Nodes;
using Culvert.Server.Streams;
using Culvert.Tests.Support;

namespace Culvert.Tests.Streams;

public sealed class StreamTopicTests
{
    private static readonly (string, string) AcceptEvents = ("Accept", "text/event-stream");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everybody_gets_what_is_published_from_now_on()
    {
        var topic = NewTopic();
        await using var server = await StartAsync(topic);
        var before = topic.Publish("before");
        using var lines = await server.SendAsync("/t");
        var events = await server.OpenAsync("/t", AcceptEvents);
        using var reader = new StreamReader(await lines.Content.ReadAsStreamAsync(Cancel));

        var id = topic.Publish("now", "tick");
        topic.Complete();

        Assert.Equal(before, lines.Headers.GetValues("Stream-Start-Id").Single());
        Assert.Equal("\"now\"\n", await StreamServer.Within(reader.ReadToEndAsync(Cancel)));
        Assert.Equal(
            $"retry: 3000\n\nid: {id}\nevent: tick\ndata: \"now\"\n\n",
            await StreamServer.Within(events.ReadToEndAsync(Cancel)));
        Assert.Contains(" ended: finished; 1 lines", await server.Log.NextAsync());
        await server.Log.NextAsync();
        Assert.Equal(0, topic.ReaderCount);
    }

    [Theory]
    [InlineData("/t?after={0}", null)]
    [InlineData("/t?lastEventId={0}", null)]
    [InlineData("/t?after=nonsense", "{0}")]
    public async Task A_client_goes_on_after_its_last_id_without_hole_or_double(string path, string? header)
    {
        var topic = NewTopic();
        await using var server = await StartAsync(topic);
        var ids = Enumerable.Range(1, 5).Select(n => topic.Publish($"{n}")).ToList();
        var last = header is null ? "" : string.Format(null, header, ids[1]);

        using var response = await server.SendAsync(string.Format(null, path, ids[1]), null, ("Last-Event-ID", last));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancel));
        topic.Publish("6");
        topic.Complete();

        Assert.Equal(ids[1], response.Headers.GetValues("Stream-Start-Id").Single());
        Assert.Equal(
            "\"3\"\n\"4\"\n\"5\"\n\"6\"\n", await StreamServer.Within(reader.ReadToEndAsync(Cancel)));
    }

    [Fact]
    public async Task Replay_is_joined_to_live_while_a_publisher_runs()
    {
        var topic = NewTopic(new TopicOptions { KeptItems = 5000, MaxBehindItems = 5000, MaxBehindBytes = 1 << 20 });
        await using var server = await StartAsync(topic);
        var first = topic.Publish("0");

        var publishing = Task.Run(
            () =>
            {
                for (var n = 1; n < 4000; n++)
                {
                    topic.Publish($"{n}");
                }

                topic.Complete();
            },
            Cancel);
        var readers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.OpenAsync($"/t?after={first}")));

        await StreamServer.Within(publishing);
        foreach (var reader in readers)
        {
            var lines = (await StreamServer.Within(reader.ReadToEndAsync(Cancel))).Split('\n')[..^1];
            Assert.Equal(Enumerable.Range(1, 3999).Select(n => $"\"{n}\""), lines);
        }
    }

    [Theory]
    [InlineData("{0}-1", true)]
    [InlineData("{0}-2", false)]
    [InlineData("{0}-99", true)]
    [InlineData("0123456789-3", true)]
    [InlineData("a\"b", true)]
    public async Task Missing_items_are_a_gap(string asked, bool isGap)
    {
        var topic = NewTopic(new TopicOptions { KeptItems = 3 });
        await using var server = await StartAsync(topic);
        var ids = Enumerable.Range(1, 5).Select(n => topic.Publish($"{n}")).ToList();
        topic.Complete();
        asked = string.Format(null, asked, ids[0].Split('-')[0]);

        var reader = await server.OpenAsync("/t", ("Last-Event-ID", asked));

        var lines = (await StreamServer.Within(reader.ReadToEndAsync(Cancel))).Split('\n')[..^1];
        Assert.Equal(["\"3\"", "\"4\"", "\"5\""], lines[^3..]);
        Assert.Equal(isGap, lines.Length == 4);
        if (isGap)
        {
            var gap = JsonNode.Parse(lines[0]);
            Assert.Equal(["gap", asked, ids[1]], [$"{gap?["type"]}", $"{gap?["from"]}", $"{gap?["to"]}"]);
        }
    }

    [Fact]
    public async Task Items_are_let_go_by_age_and_by_size()
    {
        var time = new ManualTimeProvider();
        var topic = NewTopic(new TopicOptions { KeptBytes = 1000, KeptFor = TimeSpan.FromMinutes(1) }, time);
        await using var server = await StartAsync(topic);
        topic.Publish("old");
        time.Advance(TimeSpan.FromMinutes(1));
        topic.Publish(new string('x', 900));
        topic.Publish(new string('y', 2000));
        topic.Publish("new");
        topic.Complete();

        var reader = await server.OpenAsync("/t?after=earliest");

        Assert.Equal("\"new\"\n", await StreamServer.Within(reader.ReadToEndAsync(Cancel)));
    }

    [Fact]
    public async Task A_client_too_far_behind_is_cut_off_and_nobody_waits_for_it()
    {
        var topic = NewTopic(new TopicOptions { MaxBehindItems = 8 });
        await using var server = await StartAsync(topic);
        using var slow = await server.ConnectAsync("/t", receiveBuffer: 4096);
        var good = await server.OpenAsync("/t");
        await UntilAsync(topic, 2);
        var page = new string('x', 100_000);

        for (var n = 0; n < 200 && topic.ReaderCount == 2; n++)
        {
            topic.Publish(page);
            Assert.NotNull(await StreamServer.LineAsync(good));
            // In all less than the time in which a client has to take something.
            server.Time.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Contains(" ended: slow-consumer; ", await server.Log.NextAsync());
        topic.Complete();
        Assert.Null(await StreamServer.LineAsync(good));
    }

    [Theory]
    [InlineData(SlowPolicy.DropOldest)]
    [InlineData(SlowPolicy.LatestOnly)]
    public async Task A_client_that_lags_gets_the_newest(SlowPolicy policy)
    {
        var topic = NewTopic(new TopicOptions { Slow = policy, MaxBehindItems = 4, KeptItems = 16 });
        await using var server = await StartAsync(topic, new StreamOptions { WriteTimeout = TimeSpan.FromDays(1) });
        using var slow = await server.ConnectAsync("/t", receiveBuffer: 4096);
        await UntilAsync(topic, 1);

        for (var n = 0; n < 100; n++)
        {
            topic.Publish($"{n}" + new string('x', 200_000));
        }

        topic.Complete();
        using var reader = new StreamReader(slow.GetStream());
        var numbers = new List<int>();
        var dropped = 0;
        while (await StreamServer.LineAsync(reader) is { } line && line != "0")
        {
            if (line.StartsWith("{\"type\":\"dropped\"", StringComparison.Ordinal))
            {
                dropped += (int)JsonNode.Parse(line)!["count"]!; // The line was just seen to be one.
            }
            else if (line.StartsWith('"'))
            {
                numbers.Add(int.Parse(line[1..line.IndexOf('x', StringComparison.Ordinal)], null));
            }
        }

        Assert.Equal(99, numbers[^1]);
        Assert.True(numbers.Count < 100);
        Assert.Equal(numbers.Order(), numbers);
        Assert.Equal(policy == SlowPolicy.DropOldest ? 100 : numbers.Count, numbers.Count + dropped);
    }

    [Fact]
    public void An_event_is_framed_once_for_all()
    {
        var item = new TopicEvent("e-1", "tick", "1\n"u8.ToArray(), 0, 0);

        var frame = item.FrameIn(Framing.EventStream);

        Assert.Equal("id: e-1\nevent: tick\ndata: 1\n\n"u8.ToArray(), frame.ToArray());
        Assert.Equal(frame, item.FrameIn(Framing.EventStream));
        Assert.Equal(item.FrameIn(Framing.Lines), item.FrameIn(Framing.Lines));
    }

    [Fact]
    public void A_complete_topic_takes_no_more()
    {
        var topic = NewTopic();
        topic.Complete();

        Assert.Throws<InvalidOperationException>(() => topic.Publish("late"));
        Assert.Throws<ArgumentException>(() => topic.Publish("a", "b\nc"));
    }

    private static StreamTopic<string> NewTopic(TopicOptions? options = null, TimeProvider? time = null) =>
        new(Steps<string>.Type, options, time);

    private static Task<StreamServer> StartAsync(StreamTopic<string> topic, StreamOptions? options = null) =>
        StreamServer.StartAsync(app => app.MapStream("/t", _ => StreamResults.Of(topic, options)));

    private static async Task UntilAsync(StreamTopic<string> topic, int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (topic.ReaderCount < count)
        {
            Assert.True(await StreamServer.Within(timer.WaitForNextTickAsync(Cancel).AsTask()));
        }
    }
}
