using Culvert.Server.Transports;
using Microsoft.AspNetCore.Http;

namespace Culvert.Tests.Transports;

public sealed class NegotiationTests
{
    [Theory]
    [InlineData(null, "", EventsFormat.Ndjson)]
    [InlineData("", "", EventsFormat.Ndjson)]
    [InlineData("*/*", "", EventsFormat.Ndjson)]
    [InlineData("text/event-stream", "", EventsFormat.EventStream)]
    [InlineData("application/x-ndjson", "", EventsFormat.Ndjson)]
    [InlineData("application/json", "", EventsFormat.Json)]
    [InlineData("Application/JSON; charset=utf-8", "", EventsFormat.Json)]
    [InlineData("application/*", "", EventsFormat.Ndjson)]
    [InlineData("text/*", "", EventsFormat.EventStream)]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.8", "", EventsFormat.Ndjson)]
    [InlineData("application/json;q=0.5, text/event-stream;q=0.9", "", EventsFormat.EventStream)]
    [InlineData("application/json, text/event-stream", "", EventsFormat.EventStream)]
    [InlineData("text/event-stream, application/json", "", EventsFormat.EventStream)]
    [InlineData("*/*;q=0.9, application/json", "", EventsFormat.Json)]
    [InlineData("application/x-ndjson;q=0, */*", "", EventsFormat.EventStream)]
    [InlineData("application/json;q=0, */*;q=0.1", "?limit=5", EventsFormat.Ndjson)]
    [InlineData("*/*", "?before=7", EventsFormat.Json)]
    [InlineData(null, "?wait=5", EventsFormat.Json)]
    [InlineData("*/*", "?since=start", EventsFormat.Ndjson)]
    [InlineData("text/event-stream", "?limit=5", EventsFormat.EventStream)]
    [InlineData("text/html", "", null)]
    [InlineData("text/html", "?limit=5", null)]
    [InlineData("*/*;q=0", "", null)]
    internal void The_form_that_the_client_likes_best_is_chosen(string? accept, string query, EventsFormat? expected)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        if (accept is not null)
        {
            context.Request.Headers.Accept = accept;
        }

        Assert.Equal(expected, Negotiation.Choose(context.Request));
    }
}
