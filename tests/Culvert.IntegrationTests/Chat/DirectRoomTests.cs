using System.Text.Json;
using Culvert.IntegrationTests.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Culvert.IntegrationTests.Chat;

/// <summary>What a direct room is called.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class DirectRoomTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_16_A_direct_room_is_called_by_the_display_name_of_the_other_and_follows_it()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        using var bob = await rig.Server.Owner.NewUserAsync("bob");
        using var carol = await rig.Server.Owner.NewUserAsync("carol");
        await TitleAsync(bob, "Боб 🦊");
        await TitleAsync(carol, "Carol C.");
        var room = await DirectAsync(alice.Api, "bob");

        var page = await alice.EnterAsync(room);
        await MustBeCalledAsync(page, room, "Боб 🦊");
        await Expect(page.Locator("#topic")).ToHaveTextAsync("@bob");
        await Expect(page.Locator("#timeline .start")).ToHaveTextAsync("This is the start of your conversation.");

        await TitleAsync(bob, "Robert");
        await MustBeCalledAsync(page, room, "Robert");
        await Expect(page.Locator("#topic")).ToHaveTextAsync("@bob");

        var other = await DirectAsync(carol, "alice");
        await Expect(page.Locator($"#rooms a[data-room='{other}'] .name")).ToHaveTextAsync("Carol C.");
        await TitleAsync(carol, "");
        await Expect(page.Locator($"#rooms a[data-room='{other}'] .name")).ToHaveTextAsync("carol");
        await page.ReloadAsync();
        await Expect(page.Locator($"#rooms a[data-room='{other}'] .name")).ToHaveTextAsync("carol");
    }

    [Fact]
    public async Task T1_16_A_direct_room_is_called_by_the_display_name_of_the_other_without_scripts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var alice = await rig.Server.Owner.NewUserAsync("alice");
        using var bob = await rig.Server.Owner.NewUserAsync("bob");
        await TitleAsync(bob, "Боб 🦊");
        var room = await DirectAsync(alice, "bob");
        var notes = await DirectAsync(alice, "alice");
        await bob.PublishTextsAsync(room, ["the **kettle** is [here](https://kettle.example/)"]);
        var page = (await rig.ScriptlessAsync()).Page;
        await page.GotoAsync("/login");
        await page.FillAsync("#name", "alice");
        await page.FillAsync("#password", ChatRig.Password);
        await page.ClickAsync("#login button");

        await page.ReachesAsync("**/chat/rooms");
        await Expect(page.Locator($"#rooms a[data-room='{room}'] .name")).ToHaveTextAsync("Боб 🦊");
        await Expect(page.Locator($"#rooms a[data-room='{notes}'] .name")).ToHaveTextAsync("alice");
        await page.GotoAsync($"/chat/rooms/{room}");
        await MustBeCalledAsync(page, room, "Боб 🦊");
        await Expect(page.Locator("#topic")).ToHaveTextAsync("@bob");
        await page.GotoAsync("/chat/search?q=kettle");
        await Expect(page.Locator(".hit-head b")).ToHaveTextAsync("Боб 🦊");
        await Expect(page.Locator(".hit-head span")).ToHaveTextAsync("with Боб 🦊");
        await Expect(page.Locator(".hit-text")).ToHaveTextAsync("the kettle is here");
        await Expect(page.Locator(".hit-text mark")).ToHaveTextAsync("kettle");
        await page.ClickAsync(".hits a");
        await page.ReachesAsync($"**/chat/rooms/{room}?seq=1#m1");
    }

    private static async Task MustBeCalledAsync(IPage page, string room, string title)
    {
        await Expect(page.Locator(".room-name h1")).ToHaveTextAsync(title);
        await Expect(page.Locator($"#rooms a[data-room='{room}'] .name")).ToHaveTextAsync(title);
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex($"{title} · Culvert$"));
        await Expect(page.Locator("#text")).ToHaveAttributeAsync("placeholder", $"Message {title}");
        await Expect(page.Locator("label[for=text]")).ToHaveTextAsync($"Message {title}");
    }

    private static async Task TitleAsync(Api user, string title) =>
        await user.MustAsync(HttpMethod.Patch, "/v1/me", JsonSerializer.Serialize(new { title }));

    private static async Task<string> DirectAsync(Api user, string other)
    {
        var made = await user.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"kind":"direct","users":["{{other}}"]}""");
        return made.GetProperty("name").GetString()!;
    }
}
