using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Pages in a browser that runs no scripts.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class PlainPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_60_Commands_are_answered_in_the_language_of_the_page_without_scripts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await SignInAsync(rig, "olga", "owner", "ru");
        await page.GotoAsync("/chat/rooms/lobby");

        await SendAsync(page, "/frobnicate");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Команды /frobnicate нет.");
        await SendAsync(page, "/kick nobody");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Пользователя nobody нет.");
        await SendAsync(page, "/mute");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Пишите так: /mute ИМЯ [ВРЕМЯ] [ПРИЧИНА]");
        await SendAsync(page, "/help");
        await Expect(page.Locator(".note")).ToContainTextAsync("/clear — удалить все сообщения этой комнаты");
        await Expect(page.Locator(".note")).ToContainTextAsync("//ТЕКСТ — отправить сообщение");
        await page.GotoAsync("/chat/search?q=has:what");
        await Expect(page.Locator("main")).ToContainTextAsync("После has: пишут file, image или link.");
    }

    [Fact]
    public async Task T1_20_An_owner_finds_deleted_rooms_and_brings_one_back_without_scripts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await SignInAsync(rig, "olga", "owner");
        foreach (var room in (string[])["cellar", "attic"])
        {
            await rig.Server.Owner.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"{{room}}"}""");
            await rig.Server.Owner.PublishTextsAsync(room, [$"in the {room}"]);
            await rig.Server.Owner.MustAsync(
                HttpMethod.Delete, $"/v1/rooms/{room}", $$"""{"name":"{{room}}"}""");
        }

        await page.GotoAsync("/chat/rooms");
        await Expect(page.Locator("#deleted-list b")).ToHaveTextAsync(["attic", "cellar"]);
        await Expect(page.Locator("#all b")).ToHaveTextAsync(["lobby"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Bring back cellar" }).ClickAsync();
        await page.WaitForURLAsync("**/chat/rooms/cellar");
        await Expect(page.Locator("#timeline")).ToContainTextAsync("in the cellar");
        await page.GotoAsync("/chat/rooms");
        await Expect(page.Locator("#deleted-list b")).ToHaveTextAsync(["attic"]);
        await page.GotoAsync("/chat/admin");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("brought back the room");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("cellar");

        var other = await SignInAsync(rig, "anna", "member");
        await other.GotoAsync("/chat/rooms");
        await Expect(other.Locator("#all b")).ToHaveTextAsync(["cellar", "lobby"]);
        Assert.Equal(0, await other.Locator("#deleted-list").CountAsync());
    }

    [Fact]
    public async Task T1_14_A_directory_of_more_than_500_rooms_is_walked_and_searched_without_scripts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await SignInAsync(rig, "olga", "owner");
        foreach (var number in Enumerable.Range(1, 520))
        {
            var topic = number == 519 ? "Чай и Ёлка" : "";
            await rig.Server.Owner.MustAsync(
                HttpMethod.Post, "/v1/rooms", $$"""{"name":"room-{{number:D4}}","topic":"{{topic}}"}""");
        }

        await page.GotoAsync("/chat/rooms");
        var rooms = page.Locator("#all b");
        await Expect(rooms).ToHaveCountAsync(100);
        for (var count = 0; count < 5; count++)
        {
            await page.Locator("a[rel=next]").ClickAsync();
        }

        await Expect(rooms).ToHaveCountAsync(21);
        await Expect(rooms.Last).ToHaveTextAsync("room-0520");
        Assert.Equal(0, await page.Locator("a[rel=next]").CountAsync());
        await page.Locator("a[rel=prev]").ClickAsync();
        await Expect(rooms).ToHaveCountAsync(100);
        await Expect(rooms.Last).ToHaveTextAsync("room-0499");

        await page.Locator("input.filter[name=q]").FillAsync("елка чай");
        await page.Keyboard.PressAsync("Enter");
        await Expect(rooms).ToHaveTextAsync(["room-0519"]);
        await page.Locator("input.filter[name=q]").FillAsync("nowhere");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main")).ToContainTextAsync("Nothing matches “nowhere”.");
        await page.Locator(".pages a").ClickAsync();
        await Expect(rooms).ToHaveCountAsync(100);
    }

    [Fact]
    public async Task T1_18_More_than_a_page_of_people_is_walked_and_searched_without_scripts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await SignInAsync(rig, "olga", "owner");
        foreach (var number in Enumerable.Range(1, 60))
        {
            var name = $"person-{number:D2}";
            await rig.Server.Owner.MustAsync(
                HttpMethod.Post, "/v1/users", $$"""{"name":"{{name}}","password":"correct horse battery"}""");
            await rig.Server.Owner.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", $$"""{"user":"{{name}}"}""");
        }

        // The built-in owner and olga are users too.
        foreach (var (path, list, field, rest) in new[]
        {
            ("/chat/admin", "#user-list", "user-q", 12), ("/chat/rooms/lobby/settings", "#member-list", "q", 11),
        })
        {
            await page.GotoAsync(path);
            var people = page.Locator($"{list} > li");
            await Expect(people).ToHaveCountAsync(50);
            await page.Locator("a[rel=next]").ClickAsync();
            await Expect(people).ToHaveCountAsync(rest);
            await Expect(people.Last).ToContainTextAsync("person-60");
            await page.Locator("a[rel=prev]").ClickAsync();
            await Expect(people).ToHaveCountAsync(50);
            await page.Locator($"input.filter[name={field}]").FillAsync("PERSON-58");
            await page.Keyboard.PressAsync("Enter");
            await Expect(people).ToHaveCountAsync(1);
            await Expect(people).ToContainTextAsync("person-58");
        }
    }

    [Fact]
    public async Task T1_16_More_than_a_page_of_people_to_write_to_is_walked_and_searched_without_scripts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await SignInAsync(rig, "olga", "member");
        await DirectoryTests.CrowdAsync(rig, 60);
        var people = page.Locator("#people-list > li");

        await page.GotoAsync("/chat/rooms");
        await Expect(people).ToHaveCountAsync(49);
        await page.Locator("a[rel=next]").ClickAsync();
        await Expect(people).ToHaveCountAsync(11);
        await Expect(people.Last).ToContainTextAsync("person-060");
        await page.Locator("a[rel=prev]").ClickAsync();
        await Expect(people).ToHaveCountAsync(49);
        await page.Locator("input[name=person-q]").FillAsync("PERSON-058");
        await page.Keyboard.PressAsync("Enter");
        await Expect(people).ToHaveCountAsync(1);
        await people.Locator("button").ClickAsync();

        await page.ReachesAsync("**/chat/rooms/direct-*");
        await Expect(page.Locator(".room-name h1")).ToHaveTextAsync("person-058");
    }

    private static async Task SendAsync(IPage page, string text)
    {
        await page.Locator("#composer [name=text]").FillAsync(text);
        await page.Locator("#composer button").First.ClickAsync();
    }

    private static async Task<IPage> SignInAsync(ChatRig rig, string name, string role, string language = "en")
    {
        using var api = await rig.Server.Owner.NewUserAsync(name, role);
        var page = (await rig.ScriptlessAsync(language)).Page;
        await page.GotoAsync("/login");
        await page.Locator("[name=name]").FillAsync(name);
        await page.Locator("[name=password]").FillAsync(ChatRig.Password);
        await page.Locator("main form button:not([name])").First.ClickAsync();
        return page;
    }
}
