using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Invitations, new passwords, sessions and profile by their pages.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class AccountPagesTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_17_A_link_for_one_lets_the_first_in_and_tells_the_second_that_it_is_no_longer_valid()
    {
        await using var rig = await ChatRig.StartAsync(browser, "--registration", "invite");
        var olga = await rig.PersonAsync("olga", "owner");
        await olga.Api.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"board","kind":"private"}""");
        await olga.Page.GotoAsync("/chat/rooms/board/settings");
        await olga.Page.FillAsync("#uses", "1");
        await olga.Page.ClickAsync("form[action$='/invites'] button");
        var link = await olga.Page.InputValueAsync("#new-link");
        Assert.Equal(1, await olga.Page.Locator(".qr svg path[d^='M']").Last.CountAsync());

        var first = (await rig.StrangerAsync()).Page;
        await first.GotoAsync(link);
        await RegisterAsync(first, "nina");
        await first.ReachesAsync("**/chat/rooms/board");

        var second = (await rig.StrangerAsync()).Page;
        var late = await second.GotoAsync(link);
        var unknown = await second.GotoAsync("/join/inv_nothing");
        Assert.Equal(404, late!.Status);
        Assert.Equal(404, unknown!.Status);
        await Assertions.Expect(second.Locator("main")).ToContainTextAsync("no longer valid");
    }

    [Fact]
    public async Task T1_17_Who_is_signed_in_comes_into_the_room_by_the_link_and_a_withdrawn_one_is_not_valid()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var olga = await rig.PersonAsync("olga", "owner");
        var nina = await rig.PersonAsync("nina");
        await olga.Api.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"board","kind":"private"}""");
        await olga.Page.GotoAsync("/chat/rooms/board/settings");
        await olga.Page.FillAsync("#uses", "5");
        await olga.Page.ClickAsync("form[action$='/invites'] button");
        var link = await olga.Page.InputValueAsync("#new-link");

        await nina.Page.GotoAsync(link);
        await nina.Page.ClickAsync("main form button");
        await nina.Page.ReachesAsync("**/chat/rooms/board");

        await olga.Page.GotoAsync("/chat/rooms/board/settings");
        await olga.Page.ClickAsync("form[action$='/invites/revoke'] button");
        await Assertions.Expect(olga.Page.Locator(".note")).ToHaveTextAsync("The invitation is withdrawn.");
        var late = await (await rig.StrangerAsync()).Page.GotoAsync(link);
        Assert.Equal(404, late!.Status);
    }

    [Fact]
    public async Task T1_11_An_owner_makes_a_link_with_which_a_password_is_set_once()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var olga = await rig.PersonAsync("olga", "owner");
        using var nina = await rig.Server.Owner.NewUserAsync("nina");
        await olga.Page.GotoAsync("/chat/admin");
        await olga.Page.ClickAsync("summary[aria-label='Manage nina']");
        await olga.Page.ClickAsync("button[value=nina]:has-text('Reset link')");
        var link = await olga.Page.InputValueAsync("#new-link");

        var page = (await rig.StrangerAsync()).Page;
        await page.GotoAsync(link);
        await page.FillAsync("#password", "short");
        await page.ClickAsync("#reset button");
        await Assertions.Expect(page.Locator("#password-problem")).ToContainTextAsync("10 characters");
        await page.FillAsync("#password", "quite another password");
        await page.ClickAsync("#reset button");
        await page.ReachesAsync("**/login");
        await page.FillAsync("#name", "nina");
        await page.FillAsync("#password", "quite another password");
        await page.ClickAsync("#login button");
        await page.ReachesAsync("**/chat/rooms");

        var again = await (await rig.StrangerAsync()).Page.GotoAsync(link);
        Assert.Equal(404, again!.Status);
    }

    [Fact]
    public async Task T1_10_The_list_of_sessions_names_them_and_ends_them()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var nina = await rig.PersonAsync("nina");
        var other = await rig.AgainAsync("nina");
        await other.Page.GotoAsync("/chat/settings");

        await nina.Page.GotoAsync("/chat/settings");
        await nina.Page.ClickAsync("form[action$='sessions/revoke'] button:has-text('everywhere else')");
        await Assertions.Expect(nina.Page.Locator(".note").First).ToContainTextAsync("Done");

        await other.Page.GotoAsync("/chat/settings");
        Assert.Contains("/login", other.Page.Url, StringComparison.Ordinal);
        await nina.Page.GotoAsync("/chat/settings");
        Assert.Contains("/chat/settings", nina.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T1_11_A_password_is_changed_with_the_present_one_only()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var nina = await rig.PersonAsync("nina");

        await nina.Page.GotoAsync("/chat/settings");
        await ChangeAsync("not the present one");
        await Assertions.Expect(nina.Page.Locator("#current-problem")).ToContainTextAsync("not your current");
        await ChangeAsync(ChatRig.Password);
        await Assertions.Expect(nina.Page.Locator(".note").First).ToContainTextAsync("changed");

        async Task ChangeAsync(string current)
        {
            await nina.Page.FillAsync("#current", current);
            await nina.Page.FillAsync("#password", "quite another password");
            await nina.Page.ClickAsync("form[action$='/password'] button");
        }
    }

    [Fact]
    public async Task T1_12_A_name_and_a_picture_that_was_cut_are_seen_in_the_frame()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var nina = await rig.PersonAsync("nina");
        var page = nina.Page;

        await page.GotoAsync("/chat/settings");
        await page.FillAsync("#title", "Нина 🌱");
        await page.ClickAsync("form[action$='/profile'] button");
        await Assertions.Expect(page.Locator(".me-name b")).ToHaveTextAsync("Нина 🌱");
        var picture = await page.Locator("main").ScreenshotAsync();
        await page.SetInputFilesAsync(
            "#avatar-file", new FilePayload { Name = "me.png", MimeType = "image/png", Buffer = picture });
        await page.Locator("#avatar-zoom").FillAsync("2");
        await page.Locator("#avatar-dialog canvas").FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.ClickAsync("#avatar-dialog button[value=save]");

        await Assertions.Expect(page.Locator(".me img.avatar")).ToBeVisibleAsync();
        Assert.Equal(256, await page.Locator(".me img.avatar").EvaluateAsync<int>(
            "async (image) => { await image.decode(); return image.naturalWidth; }"));
        await page.ClickAsync("form[action$='/avatar/delete'] button");
        await Assertions.Expect(page.Locator(".me span.avatar")).ToHaveTextAsync("Н🌱");
    }

    [Fact]
    public async Task A_token_is_shown_once_and_works()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var nina = await rig.PersonAsync("nina");

        await nina.Page.GotoAsync("/chat/settings");
        await nina.Page.FillAsync("#token", "my script");
        await nina.Page.ClickAsync("form[action$='/tokens'] button");
        var token = await nina.Page.InputValueAsync("#new-link");
        using var script = new Servers.Api(rig.Server.Address, token);
        var me = await script.MustAsync(HttpMethod.Get, "/v1/me");

        Assert.Equal("nina", me.GetProperty("name").GetString());
        await nina.Page.GotoAsync("/chat/settings");
        Assert.Equal(0, await nina.Page.Locator("#new-link").CountAsync());
    }

    private static async Task RegisterAsync(IPage page, string name)
    {
        await page.FillAsync("#name", name);
        await page.FillAsync("#password", ChatRig.Password);
        await page.ClickAsync("#register button");
    }
}
