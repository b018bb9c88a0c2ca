using System.Buffers;
using System.Globalization;
using System.Text;
using Culvert.Protocol.EventStreams;

namespace Culvert.Tests.EventStreams;

public sealed class EventStreamTests
{
    public static TheoryData<string, string> Streams => new()
    {
        // The examples of WHATWG HTML §9.2.6, and the corners of its grammar.
        { "data: YHOO\ndata: +2\ndata: 10\n\n", "message|YHOO\n+2\n10|" },
        {
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
            "message|first event|1;message|second event|;message| third event|"
        },
        { "data\n\ndata\ndata\n\ndata:", "message||;message|\n|" },
        { "data:test\n\ndata: test\n\n", "message|test|;message|test|" },
        { "event: add\r\ndata: 1\r\n\r\nevent: x\r\n\r\ndata: 2\r\rdata: 3\n\n", "add|1|;message|2|;message|3|" },
        { "\uFEFFdata: a\n\n", "message|a|" },
        { "\uFEFF\uFEFFdata: a\n\n", "" },
        { "id: 1\ndata: a\n\nid: 2\n\ndata: b\n\nid: x\0y\ndata: c\n\n", "message|a|1;message|b|2;message|c|2" },
        { "data: lost", "" },
        { "data: lost\n", "" },
        { "unknown: x\nDATA: y\ndata : z\ndata: ż😀\n\n", "message|ż😀|" },
        { "data: a\r\n\n\r\ndata: b\n\r\n", "message|a|;message|b|" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Every_cut_of_a_stream_gives_the_same_events(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        Assert.Equal(expected, Parse([bytes]));
        Assert.Equal(expected, Parse(bytes.Select(value => new[] { value })));
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(expected, Parse([bytes[..first], bytes[first..second], bytes[second..]]));
            }
        }
    }

    [Theory]
    [InlineData("retry: 1500\n", 1500)]
    [InlineData("retry:0\n", 0)]
    [InlineData("retry: 99999999999\n", int.MaxValue)]
    [InlineData("retry: -1\n", null)]
    [InlineData("retry: 1.5\n", null)]
    [InlineData("retry\n", null)]
    [InlineData("retry: +1\n", null)]
    public void Retry_is_digits_only(string text, int? expected)
    {
        var parser = new EventStreamParser();

        parser.Feed(Encoding.UTF8.GetBytes(text), new List<ServerSentEvent>());

        Assert.Equal(expected, parser.RetryMilliseconds);
    }

    [Fact]
    public void The_last_event_id_outlives_the_connection()
    {
        var parser = new EventStreamParser(lastEventId: "e-7");
        var events = new List<ServerSentEvent>();

        parser.Feed("data: a\n\nid: e-8\n"u8, events);

        Assert.Equal("e-7", events.Single().LastEventId);
        Assert.Equal("e-7", parser.LastEventId);
        parser.Feed("\n"u8, events);
        Assert.Equal("e-8", parser.LastEventId);
    }

    [Theory]
    [InlineData("data: {0}\n", 1)]
    [InlineData("data: {0}", 1)]
    [InlineData("data: a\ndata: {0}\ndata: b\n", 1)]
    [InlineData("event: {0}\ndata: a\n", 1)]
    [InlineData("{0}\n", 1)]
    [InlineData(": {0}\n", 0)]
    public void An_event_beyond_the_bound_is_left_out_however_it_is_cut(string middle, int skipped)
    {
        var field = string.Format(CultureInfo.InvariantCulture, middle, new string('x', 200));
        var text = Encoding.UTF8.GetBytes($"id: 1\ndata: one\n\nid: 2\n{field}\n\ndata: three\n\n");

        for (var size = 1; size <= text.Length; size++)
        {
            var parser = new EventStreamParser(100);
            var events = new List<ServerSentEvent>();
            text.Chunk(size).ToList().ForEach(piece => parser.Feed(piece, events));

            // The id of what was left out counts: coming back must not bring it again.
            var seen = events.Select(e => $"{e.Name} {Encoding.UTF8.GetString(e.Data.Span)} {e.LastEventId}");
            Assert.Equal("message one 1;message three 2", string.Join(';', seen));
            Assert.Equal(skipped, parser.SkippedEvents);
        }
    }

    [Fact]
    public void Many_lines_count_as_one_event()
    {
        var parser = new EventStreamParser(100);
        var events = new List<ServerSentEvent>();

        for (var line = 0; line < 20; line++)
        {
            parser.Feed("data: 0123456789\n"u8, events);
        }

        parser.Feed("\ndata: next\n\n"u8, events);

        Assert.Equal("next", Encoding.UTF8.GetString(events.Single().Data.Span));
        Assert.Equal(1, parser.SkippedEvents);
    }

    [Fact]
    public void An_event_of_exactly_the_bound_passes()
    {
        var parser = new EventStreamParser(100);
        var events = new List<ServerSentEvent>();

        parser.Feed(Encoding.UTF8.GetBytes("data: " + new string('x', 100) + "\n\n"), events);

        Assert.Equal(100, events.Single().Data.Length);
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var output = new ArrayBufferWriter<byte>();
        EventStreamWriter.WriteRetry(output, 2000);
        EventStreamWriter.WriteComment(output, "keep-alive"u8);
        EventStreamWriter.WriteEvent(output, "e-7"u8, "msg"u8, "{\"ev\":\"msg\"}"u8);
        EventStreamWriter.WriteEvent(output, (string?)null, null, "one\ntwo\r\nthree\rfour\n"u8);

        Assert.Equal(
            "retry: 2000\n\n: keep-alive\n\nid: e-7\nevent: msg\ndata: {\"ev\":\"msg\"}\n\n" +
            "data: one\ndata: two\ndata: three\ndata: four\ndata: \n\n",
            Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.Equal(
            "msg|{\"ev\":\"msg\"}|e-7;message|one\ntwo\nthree\nfour\n|e-7", Parse([output.WrittenSpan.ToArray()]));
    }

    [Theory]
    [InlineData("a\nb", "")]
    [InlineData("a\rb", "")]
    [InlineData("a\0b", "")]
    [InlineData("", "a\nb")]
    public void A_field_that_would_break_the_stream_is_refused(string id, string name)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.Throws<ArgumentException>(() => EventStreamWriter.WriteEvent(output, id, name, "x"u8));
        Assert.Equal(0, output.WrittenCount);
    }

    private static string Parse(IEnumerable<byte[]> pieces)
    {
        var parser = new EventStreamParser();
        var events = new List<ServerSentEvent>();
        foreach (var piece in pieces)
        {
            parser.Feed(piece, events);
        }

        return string.Join(';', events.Select(
            item => $"{item.Name}|{Encoding.UTF8.GetString(item.Data.Span)}|{item.LastEventId}"));
    }
}
