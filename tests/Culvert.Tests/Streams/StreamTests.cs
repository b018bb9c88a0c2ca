using System.Net;
using System.Text.Json.Nodes;
using Culvert.Server.Streams;
using Microsoft.AspNetCore.Builder;

namespace Culvert.Tests.Streams;

public sealed class StreamTests
{
    private static readonly (string, string) AcceptEvents = ("Accept", "text/event-stream");

    private readonly Steps<string> _steps = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_leave_before_the_first_item()
    {
        await using var server = await StartAsync();

        var response = await server.SendAsync("/s");

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache, no-store, no-transform", Header(response, "Cache-Control"));
        Assert.Equal("no", Header(response, "X-Accel-Buffering"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("Accept", Header(response, "Vary"));
        Assert.True(response.Headers.TransferEncodingChunked);
        Assert.Null(response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task An_item_is_a_line_and_a_chunk_and_the_end_is_proper()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync("/s");
        _steps.Put("a\nb", "Ü");
        _steps.Complete();

        using var reader = new StreamReader(client.GetStream());
        var text = "";
        while (!text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal))
        {
            text += (char)reader.Read();
        }

        var body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.Equal("7\r\n\"a\\nb\"\n\r\n9\r\n\"\\u00DC\"\n\r\n0\r\n\r\n", body);
        Assert.Matches(
            @"^7001 Stream /s to 127\.0\.0\.1:\d+ ended: finished; 2 lines, 16 bytes in \d+ ms; $",
            await server.Log.NextAsync());
    }

    [Fact]
    public async Task Server_sent_events_begin_with_retry_and_carry_id_and_type()
    {
        var items = new Steps<StreamItem<JsonNode?>>();
        await using var server = await StreamServer.StartAsync(app => app.MapStream(
            "/s", _ => StreamResults.Of(items.Items(), Steps<JsonNode?>.Type)));
        items.Put(new StreamItem<JsonNode?>(new JsonObject { ["a"] = 1 }, "7", "tick"));
        items.Put(new StreamItem<JsonNode?>(1, "bad\nid"), new StreamItem<JsonNode?>(null));
        items.Complete();

        var text = await ReadAsync(await server.OpenAsync("/s", AcceptEvents));

        Assert.Equal("retry: 3000\n\nid: 7\nevent: tick\ndata: {\"a\":1}\n\ndata: null\n\n", text);
        Assert.StartsWith("7003 ", await server.Log.NextAsync());
        Assert.Contains("2 lines", await server.Log.NextAsync());
    }

    [Fact]
    public async Task Head_options_and_wrong_methods_and_types_do_not_ask_the_source()
    {
        await using var server = await StartAsync();

        var head = await server.SendAsync("/s", HttpMethod.Head, AcceptEvents);
        var options = await server.SendAsync("/s", HttpMethod.Options);
        var post = await server.SendAsync("/s", HttpMethod.Post);
        var image = await server.SendAsync("/s", null, ("Accept", "image/png"));

        Assert.Equal("text/event-stream", head.Content.Headers.ContentType?.ToString());
        Assert.Equal("no", Header(head, "X-Accel-Buffering"));
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal("GET, HEAD, OPTIONS", string.Join(", ", options.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal("GET, HEAD, OPTIONS", string.Join(", ", post.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.NotAcceptable, image.StatusCode);
        Assert.Equal("Accept", Header(image, "Vary"));
        Assert.Equal(0, _steps.Begun);
        Assert.Equal(0, server.Log.Count);
    }

    [Theory]
    [InlineData(1, 100, 503, "overloaded")]
    [InlineData(100, 1, 429, "too_many_connections")]
    public async Task Beyond_a_limit_streams_are_refused_before_the_source_is_asked(
        int all, int each, int status, string code)
    {
        var limits = new StreamLimits { MaxStreams = all, MaxStreamsPerAddress = each };
        await using var server = await StreamServer.StartAsync(
            app =>
            {
                app.Use((context, next) =>
                {
                    context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");
                    return next(context);
                });
                app.MapStream("/s", _ => StreamResults.Of(_steps.Items(), Steps<string>.Type));
            },
            limits);
        using var open = await server.SendAsync("/s");

        var refused = await server.SendAsync("/s");

        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Equal("2", Header(refused, "Retry-After"));
        Assert.Equal(code, JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancel))?["code"]?.ToString());
        Assert.Equal(1, _steps.Begun);
        open.Dispose();
        await server.Log.NextAsync();
        Assert.Equal(200, (int)(await server.SendAsync("/s")).StatusCode);
    }

    [Fact]
    public async Task A_failed_source_cuts_the_body_and_keeps_its_text_to_itself()
    {
        await using var server = await StartAsync();
        var reader = await server.OpenAsync("/s");
        _steps.Put("a");
        Assert.Equal("\"a\"", await StreamServer.LineAsync(reader));

        _steps.Complete(new InvalidDataException("secret"));

        await Assert.ThrowsAnyAsync<IOException>(() => StreamServer.LineAsync(reader));
        Assert.Matches("^7002 .* ended: error; 1 lines, ", await server.Log.NextAsync());
        Assert.Equal(0, server.Log.Count);
    }

    [Theory]
    [InlineData("sse", "retry: 3000\n\nevent: error\ndata: {\"type\":\"error\",\"reason\":\"no feed\"}\n\n")]
    [InlineData("ndjson", "{\"type\":\"error\",\"reason\":\"no feed\"}\n")]
    public async Task A_source_may_end_with_an_error_in_band(string format, string expected)
    {
        await using var server = await StartAsync();
        _steps.Complete(new StreamErrorException("no feed"));

        Assert.Equal(expected, await ReadAsync(await server.OpenAsync($"/s?format={format}")));
        Assert.Matches("^7001 .* ended: error; 0 lines, ", await server.Log.NextAsync());
    }

    [Fact]
    public async Task An_item_that_cannot_be_written_is_skipped()
    {
        var numbers = new Steps<double>();
        await using var server = await StreamServer.StartAsync(app => app.MapStream(
            "/s", _ => StreamResults.Of(numbers.Items(), Steps<double>.Type, new StreamOptions { Note = "n\n1" })));
        numbers.Put(1, double.NaN, double.PositiveInfinity, 2);
        numbers.Complete();

        Assert.Equal("1\n2\n", await ReadAsync(await server.OpenAsync("/s")));
        Assert.StartsWith("7003 ", await server.Log.NextAsync());
        Assert.EndsWith("; for n\\u000a1 (2 items skipped)", await server.Log.NextAsync());
        Assert.Equal(0, server.Log.Count);
    }

    [Fact]
    public async Task Silence_is_filled_with_comments_and_lines_only_when_asked()
    {
        await using var server = await StartAsync();
        var events = await server.OpenAsync("/s", AcceptEvents);
        var asked = await server.OpenAsync("/s?heartbeat=1");
        var plain = await server.OpenAsync("/s");
        await _steps.AskedAsync(1);
        await _steps.AskedAsync(1);
        await _steps.AskedAsync(1);
        Assert.Equal("retry: 3000", await StreamServer.LineAsync(events));
        Assert.Equal("", await StreamServer.LineAsync(events));

        server.Time.Advance(TimeSpan.FromSeconds(15.5));

        Assert.Equal(": hb", await StreamServer.LineAsync(events));
        Assert.Equal("{\"type\":\"heartbeat\"}", await StreamServer.LineAsync(asked));
        _steps.Complete();
        Assert.Null(await StreamServer.LineAsync(plain));
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_the_source_at_once()
    {
        await using var server = await StartAsync();
        var client = await server.ConnectAsync("/s");
        using (var reader = new StreamReader(client.GetStream()))
        {
            // Closing with something unread would be a reset.
            while (await StreamServer.LineAsync(reader) is { Length: > 0 })
            {
                // The headers.
            }

            await _steps.AskedAsync(1);
        }

        await StreamServer.Within(_steps.Ended);
        Assert.Contains(" ended: client-closed; 0 lines", await server.Log.NextAsync());
    }

    [Fact]
    public async Task A_reset_is_told_from_a_close()
    {
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync("/s");
        await _steps.AskedAsync(1);

        // The socket itself: its owner would shut it down first, which is a close.
        client.Client.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        client.Client.Dispose();

        Assert.Contains(" ended: reset; ", await server.Log.NextAsync());
    }

    [Fact]
    public async Task A_source_that_is_deaf_to_its_token_does_not_keep_the_stream()
    {
        var never = new TaskCompletionSource<string>();
        await using var server = await StreamServer.StartAsync(app => app.MapStream(
            "/s", _ => StreamResults.Of(DeafAsync(never.Task), Steps<string>.Type)));
        var reader = await server.OpenAsync("/s");
        Assert.Equal("\"first\"", await StreamServer.LineAsync(reader));

        var stop = server.StopAsync();
        Assert.Null(await AdvanceUntilAsync(server, StreamServer.LineAsync(reader)));

        Assert.StartsWith("7004 ", await server.Log.NextAsync());
        Assert.Contains(" ended: server-stopping; 1 lines", await server.Log.NextAsync());
        never.SetResult("late");
        await stop;
    }

    [Fact]
    public async Task A_client_that_reads_nothing_is_cut_off()
    {
        var page = new string('x', 200_000);
        await using var server = await StartAsync();
        using var client = await server.ConnectAsync("/s", receiveBuffer: 4096);
        _steps.Put(Enumerable.Repeat(page, 100));

        var line = await AdvanceUntilAsync(server, server.Log.NextAsync());

        Assert.Contains(" ended: write-timeout; ", line);
        await StreamServer.Within(_steps.Ended);
    }

    [Theory]
    [InlineData("sse", "event: shutdown\ndata: {\"type\":\"end\",\"reason\":\"shutdown\"}\n\n")]
    [InlineData("ndjson", "")]
    [InlineData("json", "")]
    public async Task A_stopping_server_says_so_and_ends_properly(string format, string tail)
    {
        await using var server = await StartAsync();
        var reader = await server.OpenAsync($"/s?format={format}");
        await _steps.AskedAsync(1);

        await server.StopAsync();

        var text = await ReadAsync(reader);
        Assert.Matches(format == "sse" ? "^retry: 3000\n\nretry: [1-5][0-9]{3}\n\n" + tail + "$" : "^$", text);
        Assert.Contains(" ended: server-stopping; ", await server.Log.NextAsync());
    }

    [Fact]
    public async Task Lines_end_with_a_line_where_the_options_say_so()
    {
        await using var server = await StartAsync(new StreamOptions { EndLine = true, Name = "feed" });
        var reader = await server.OpenAsync("/s");
        await _steps.AskedAsync(1);

        await server.StopAsync();

        Assert.Equal("{\"type\":\"end\",\"reason\":\"shutdown\"}\n", await ReadAsync(reader));
        Assert.StartsWith("7001 Stream feed to ", await server.Log.NextAsync());
    }

    [Fact]
    public async Task A_stream_ends_in_order_at_its_age()
    {
        await using var server = await StartAsync(new StreamOptions { MaxLifetime = TimeSpan.FromMinutes(10) });
        var reader = await server.OpenAsync("/s");
        await _steps.AskedAsync(1);

        server.Time.Advance(TimeSpan.FromMinutes(7.4));
        Assert.Equal(0, server.Log.Count);
        server.Time.Advance(TimeSpan.FromMinutes(2.6) + TimeSpan.FromSeconds(0.6));

        Assert.Equal("", await ReadAsync(reader));
        var line = await server.Log.NextAsync();
        if (line.StartsWith("7004 ", StringComparison.Ordinal))
        {
            // The age is drawn, so the same step may take the clock past the time that the source has to end.
            line = await server.Log.NextAsync();
        }

        Assert.Contains(" ended: finished; ", line);
    }

    private Task<StreamServer> StartAsync(StreamOptions? options = null) => StreamServer.StartAsync(
        app => app.MapStream("/s", _ => StreamResults.Of(_steps.Items(), Steps<string>.Type, options)));

    private static async Task<string> ReadAsync(StreamReader reader) =>
        await StreamServer.Within(reader.ReadToEndAsync(Cancel));

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated[name].ToString();

    /// <summary>Lets time pass until the task is done: real sockets take real time to fill.</summary>
    private static async Task<T> AdvanceUntilAsync<T>(StreamServer server, Task<T> task)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!task.IsCompleted && await timer.WaitForNextTickAsync(Cancel))
        {
            server.Time.Advance(TimeSpan.FromSeconds(0.5));
        }

        return await task;
    }

    private static async IAsyncEnumerable<string> DeafAsync(Task<string> never)
    {
        yield return "first";
        yield return await never;
    }
}
