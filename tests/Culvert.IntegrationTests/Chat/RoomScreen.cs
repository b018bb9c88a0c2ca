using System.Text.Json;
using Culvert.IntegrationTests.Servers;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The page of a room as somebody sees it.</summary>
internal sealed class RoomScreen(IPage page)
{
    private const string SeqsScript =
        "() => [...document.querySelectorAll('#timeline article[data-seq]')].map(a => Number(a.dataset.seq))";

    public IPage Page => page;

    public ILocator Messages => page.Locator("#timeline article.message");

    public ILocator Notices => page.Locator("#timeline .notice, #timeline .notices > summary");

    public ILocator Divider => page.Locator("#timeline .divider");

    public ILocator Typing => page.Locator("#typing");

    private ILocator Field => page.Locator("#composer [name=text]");

    /// <summary>Opens the room as the person, live.</summary>
    public static async Task<RoomScreen> OpenAsync(Person person, string room = "lobby", IPage? page = null) =>
        new(await person.EnterAsync(room, page));

    public ILocator Message(long seq) => page.Locator($"#m{seq}");

    /// <summary>Writes a message and presses Enter.</summary>
    public async Task SendAsync(string text)
    {
        await Field.FillAsync(text);
        await Field.PressAsync("Enter");
    }

    /// <summary>Waits until a message with this text is there.</summary>
    public Task SeesAsync(string text) =>
        Messages.Filter(new LocatorFilterOptions { HasText = text }).First.WaitForAsync();

    /// <summary>Opens the menu of a message and takes the item with this label.</summary>
    public async Task ActAsync(long seq, string label)
    {
        await Message(seq).HoverAsync();
        await Message(seq).Locator("[data-act=more]").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new PageGetByRoleOptions { Name = label }).ClickAsync();
    }

    public async Task PressInFieldAsync(string key)
    {
        await Field.FocusAsync();
        await Field.PressAsync(key);
    }

    public Task TypeAsync(string text, float delay) =>
        Field.PressSequentiallyAsync(text, new LocatorPressSequentiallyOptions { Delay = delay });

    public Task<string> DraftAsync() => Field.InputValueAsync();

    public Task<long[]> SeqsAsync() => page.EvaluateAsync<long[]>(SeqsScript);

    /// <summary>Where a message stands, in pixels from the top of the window.</summary>
    public Task<double> TopOfAsync(long seq) =>
        page.EvaluateAsync<double>($"() => document.getElementById('m{seq}').getBoundingClientRect().top");

    /// <summary>Goes up until this many pixels are below the view.</summary>
    public Task ScrollUpAsync(int pixels) => page.EvaluateAsync(
        "pixels => { document.getElementById('timeline').scrollTop = -pixels; }", pixels);

    /// <summary>Waits for a condition in the page.</summary>
    public Task UntilAsync(string script, float milliseconds = 15_000) =>
        page.WaitForFunctionAsync(script, null, new PageWaitForFunctionOptions { Timeout = milliseconds });

    /// <summary>Publishes texts as somebody, without a browser.</summary>
    public static async Task PublishAsync(Api api, string room, params string[] texts)
    {
        foreach (var text in texts)
        {
            await api.MustAsync(
                HttpMethod.Post,
                $"/v1/rooms/{room}/messages",
                JsonSerializer.Serialize(new { data = new { text } }));
        }
    }
}
