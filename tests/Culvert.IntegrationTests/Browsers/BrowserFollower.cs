using Culvert.IntegrationTests.Following;

namespace Culvert.IntegrationTests.Browsers;

/// <summary>A page that signs in, follows a room with <c>EventSource</c>, and keeps the texts.</summary>
internal sealed class BrowserFollower(Chromium browser) : IRoomFollower
{
    private const int PageTexts = 5000;

    public string Name => "browser EventSource";

    /// <param name="address">The server; the page is one of its own, so that the cookie counts.</param>
    /// <param name="user">An account.</param>
    /// <param name="password">Its password.</param>
    public static async Task<BrowserFollower> StartAsync(Uri address, string user, string password)
    {
        var browser = await Chromium.OpenAsync(new Uri(address, "/healthz"));
        await browser.EvaluateAsync($$"""
            (async () => {
                const answer = await fetch('/v1/session', {
                    method: 'POST',
                    headers: { 'content-type': 'application/json' },
                    body: JSON.stringify({ name: '{{user}}', password: '{{password}}' }) });
                if (answer.status !== 204) throw new Error('sign-in: ' + answer.status);
                window.texts = [];
                window.waiters = [];
                const source = new EventSource('/v1/rooms/lobby/events?since=start');
                source.addEventListener('msg', e => {
                    texts.push(JSON.parse(e.data).data.text);
                    waiters = waiters.filter(w => texts.length < w.count || w.done());
                });
                window.reached = count => new Promise(done =>
                    texts.length >= count ? done() : waiters.push({ count, done }));
            })()
            """);
        return new BrowserFollower(browser);
    }

    public Task ReachedAsync(int count, double seconds) => browser.EvaluateAsync($"reached({count})", seconds);

    public async Task<IReadOnlyList<string>> TextsAsync()
    {
        var count = (await browser.EvaluateAsync("texts.length")).GetInt32();
        List<string> texts = [];
        while (texts.Count < count)
        {
            var page = await browser.EvaluateAsync($"texts.slice({texts.Count}, {texts.Count + PageTexts})");
            texts.AddRange(page.EnumerateArray().Select(t => t.GetString()!));
        }

        return texts;
    }

    public ValueTask DisposeAsync() => browser.DisposeAsync();
}
