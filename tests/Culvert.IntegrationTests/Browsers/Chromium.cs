using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Browsers;

/// <summary>A headless Chromium with one page, driven over its DevTools socket. One call at a time.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Listening = "DevTools listening on ";

    private readonly TestDirectory _profile;
    private readonly ChildProcess _child;
    private readonly ClientWebSocket _socket = new();
    private string? _session;
    private int _lastId;

    private Chromium(TestDirectory profile, ChildProcess child)
    {
        _profile = profile;
        _child = child;
    }

    public static async Task<Chromium> OpenAsync(Uri page)
    {
        var profile = new TestDirectory();
        var child = ChildProcess.Start("/usr/bin/chromium",
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            $"--user-data-dir={profile.Path}", "--remote-debugging-port=0", "about:blank",
        ]);
        var browser = new Chromium(profile, child);
        try
        {
            var line = await child.Errors
                .FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal))
                .Within(60);
            await browser._socket.ConnectAsync(new Uri(line[Listening.Length..]), Bounded.Cancelled).Within(20);
            await browser.OpenPageAsync(page);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs an expression in the page, waits for its promise, and returns its value.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression, double seconds = 60)
    {
        var result = await CallAsync(
            "Runtime.evaluate",
            $$"""{"awaitPromise":true,"returnByValue":true,"expression":{{JsonSerializer.Serialize(expression)}}}""",
            seconds);
        Assert.False(result.TryGetProperty("exceptionDetails", out var details), details.ToString());
        return result.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _child.DisposeAsync();
        _profile.Dispose();
    }

    private async Task OpenPageAsync(Uri page)
    {
        var target = await CallAsync("Target.createTarget", """{"url":"about:blank"}""");
        var id = target.GetProperty("targetId").GetString();
        var attached = await CallAsync("Target.attachToTarget", $$"""{"targetId":"{{id}}","flatten":true}""");
        _session = attached.GetProperty("sessionId").GetString();
        await CallAsync("Page.enable", "{}");
        await CallAsync("Page.navigate", $$"""{"url":"{{page}}"}""");
        while ((await ReceiveAsync(60)).TryGetProperty("method", out var method)
            && method.GetString() != "Page.loadEventFired")
        {
            // Other news of the page.
        }
    }

    private async Task<JsonElement> CallAsync(string method, string parameters, double seconds = 60)
    {
        var id = ++_lastId;
        var session = _session is null ? "" : $$""","sessionId":"{{_session}}" """;
        var call = $$"""{"id":{{id}},"method":"{{method}}","params":{{parameters}}{{session}}}""";
        await _socket.SendAsync(
            Encoding.UTF8.GetBytes(call), WebSocketMessageType.Text, true, Bounded.Cancelled).Within(20);
        while (true)
        {
            var message = await ReceiveAsync(seconds);
            if (message.TryGetProperty("id", out var re) && re.GetInt32() == id)
            {
                Assert.False(message.TryGetProperty("error", out var error), $"{method}: {error}");
                return message.GetProperty("result");
            }
        }
    }

    private async Task<JsonElement> ReceiveAsync(double seconds)
    {
        var message = new ArrayBufferWriter<byte>();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), Bounded.Cancelled).Within(seconds);
            message.Write(buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage)
            {
                return JsonDocument.Parse(message.WrittenMemory).RootElement;
            }
        }
    }
}
