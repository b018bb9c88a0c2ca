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
