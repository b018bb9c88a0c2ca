using System.Net;
using Culvert.Protocol.Rooms;
using Culvert.Server.Streams;
using Microsoft.AspNetCore.Http;

namespace Culvert.Tests.Streams;

public sealed class StreamFormTests
{
    [Theory]
    [InlineData(null, "", "application/x-ndjson", "application/json")]
    [InlineData("*/*", "", "application/x-ndjson", "application/json")]
    [InlineData("application/json", "", "application/json", "application/json")]
    [InlineData("application/jsonl", "", "application/jsonl", "application/jsonl")]
    [InlineData("application/x-ndjson, */*;q=0.5", "", "application/x-ndjson", "application/x-ndjson")]
    [InlineData("text/event-stream", "", "text/event-stream", "text/event-stream")]
    [InlineData("text/*", "", "text/event-stream", "text/event-stream")]
    [InlineData("text/event-stream;q=0, */*", "", "application/x-ndjson", "application/json")]
    [InlineData("application/*;q=0.1, text/event-stream", "", "text/event-stream", "text/event-stream")]
    [InlineData("image/png", "", null, null)]
    [InlineData("*/*;q=0", "", null, null)]
    [InlineData("image/png", "?format=sse", "text/event-stream", "text/event-stream")]
    [InlineData("text/event-stream", "?format=ndjson", "application/x-ndjson", "application/x-ndjson")]
    [InlineData(null, "?format=json", "application/json", "application/json")]
    [InlineData(null, "?format=jsonl", "application/jsonl", "application/jsonl")]
    [InlineData("*/*", "?format=xml", null, null)]
    public void The_client_chooses_the_form(string? accept, string query, string? type, string? typeAsJson)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Accept = accept;
        request.QueryString = new QueryString(query);

        Assert.Equal(type, StreamForm.Choose(request, linesAsJson: false)?.ContentType);
        Assert.Equal(typeAsJson, StreamForm.Choose(request, linesAsJson: true)?.ContentType);
    }

    [Theory]
    [InlineData("Jörg 😀", "Jörg 😀")]
    [InlineData("a\nb\r\tc", "a\\u000ab\\u000d\\u0009c")]
    [InlineData("\u001b[31m\u2028\u202e", "\\u001b[31m\\u2028\\u202e")]
    [InlineData("a\\u000a", "a\\u005cu000a")]
    public void A_text_cannot_forge_a_line_of_the_log(string text, string escaped)
    {
        Assert.Equal(escaped, LogText.Escape(text));
        Assert.True(LogText.Escape(new string('x', 10_000)).Length < 140);
    }

    [Fact]
    public void Slots_are_counted_in_all_and_for_each_network_but_not_for_this_machine()
    {
        var slots = new StreamSlots(new StreamLimits { MaxStreams = 6, MaxStreamsPerAddress = 2 });
        var (a, b) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));
        var (c, mapped) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("::ffff:192.0.2.1"));

        Assert.Null(slots.TryEnter(a));
        Assert.Null(slots.TryEnter(b));
        Assert.Equal(ErrorCode.TooManyConnections, slots.TryEnter(a));
        Assert.Null(slots.TryEnter(c));
        Assert.Null(slots.TryEnter(mapped));
        Assert.Equal(ErrorCode.TooManyConnections, slots.TryEnter(c));
        Assert.Null(slots.TryEnter(IPAddress.Loopback));
        Assert.Null(slots.TryEnter(null));
        Assert.Equal(ErrorCode.Overloaded, slots.TryEnter(IPAddress.Parse("192.0.2.2")));
        slots.Exit(b);
        Assert.Null(slots.TryEnter(a));
    }
}
