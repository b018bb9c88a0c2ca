using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Pages that have nothing to show say so, and what to do; and pages work without scripts.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class PageStateTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_62_Each_empty_or_failed_state_says_what_happened_and_offers_one_act()
    {
        await using var rig = await ChatRig.StartAsync(browser, "--registration", "closed");
        var stranger = await rig.StrangerAsync();
        await MustSayAsync(stranger.Page, "/setup", "the first here", "#register button");
        var olga = await rig.PersonAsync("olga", "owner");
        var nina = await rig.PersonAsync("nina");
        await olga.Api.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"attic"}""");

        await MustSayAsync(stranger.Page, "/register", "takes no new accounts", "main a[href='/login']");
        await MustSayAsync(stranger.Page, "/join/nothing", "no longer valid", "main a[href='/']");
        await MustSayAsync(stranger.Page, "/reset/nothing", "no longer valid", "main a[href='/']");
        await MustSayAsync(stranger.Page, "/chat/nothing", "There is nothing here", "main a[href='/']");
        await MustSayAsync(nina.Page, "/chat/nothing", "There is nothing here", "main a[href='/chat/rooms']");
        await MustSayAsync(nina.Page, "/chat/admin", "not allowed", "main a[href='/chat/rooms']");
        await MustSayAsync(nina.Page, "/chat/search", "What are you looking for?", ".search-form button");
        await MustSayAsync(nina.Page, "/chat/search?q=zebra", "zebra", "main a[href='/chat/search']");
        await MustSayAsync(nina.Page, "/chat/rooms?deleted=attic", "brought back", ".note button");

        await nina.Page.GotoAsync("/chat/rooms");
        await nina.Page.FillAsync("input[data-filter='#all']", "zebra");
        await Assertions.Expect(nina.Page.Locator("#all-none")).ToContainTextAsync("No room has that");
        await nina.Page.ClickAsync("#all-none button");
        await Assertions.Expect(nina.Page.Locator("#all > li:visible")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task T1_62_Too_many_wrong_passwords_say_how_long_to_wait()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var nina = await rig.Server.Owner.NewUserAsync("nina");
        var page = (await rig.StrangerAsync()).Page;
        await page.GotoAsync("/login");

        for (var i = 0; i < 11; i++)
        {
            await page.FillAsync("#name", "nina");
            await page.FillAsync("#password", $"wrong password {i}");
            await page.ClickAsync("#login button");
        }

        await Assertions.Expect(page.Locator("#problem")).ToHaveTextAsync(
            new Regex("Too many tries. Try again in \\d+ seconds?\\."));
        Assert.Equal("nina", await page.InputValueAsync("#name"));
    }

    [Fact]
    public async Task Without_scripts_one_can_register_make_a_room_search_change_settings_and_sign_out()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var owner = await rig.Server.Owner.NewUserAsync("olga", "owner");
        var page = (await rig.ScriptlessAsync()).Page;

        await page.GotoAsync("/");
        await page.ClickAsync("main a[href='/register']");
        await page.FillAsync("#name", "nina");
        await page.FillAsync("#password", ChatRig.Password);
        await page.ClickAsync("#register button");
        await page.FillAsync("#create #name", "kitchen");
        await page.ClickAsync("#create button");
        await page.FillAsync("#composer textarea", "The kettle is boiling");
        await page.ClickAsync("#composer button[type=submit], #composer button:not([type])");
        await Assertions.Expect(page.Locator("#timeline")).ToContainTextAsync("The kettle is boiling");
        await page.FillAsync(".find input", "kettle");
        await page.PressAsync(".find input", "Enter");
        await Assertions.Expect(page.Locator(".hits li")).ToHaveCountAsync(1);
        await page.ClickAsync(".hits a");
        await Assertions.Expect(page.Locator("#timeline")).ToContainTextAsync("The kettle is boiling");

        await page.GotoAsync("/chat/settings");
        await page.SelectOptionAsync("#language", "ru");
        await page.CheckAsync("input[value=dark]");
        await page.ClickAsync("form[action='/preferences'] button");
        Assert.Equal("ru", await page.Locator("html").GetAttributeAsync("lang"));
        Assert.Equal("dark", await page.Locator("html").GetAttributeAsync("data-theme"));
        await page.ClickAsync(".me form button");
        await Assertions.Expect(page.Locator(".note")).ToHaveTextAsync("Вы вышли.");
    }

    private static async Task MustSayAsync(IPage page, string path, string text, string act)
    {
        await page.GotoAsync(path);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync(text);
        await Assertions.Expect(page.Locator(act)).ToHaveCountAsync(1);
    }
}
