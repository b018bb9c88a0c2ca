using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>
/// What scripts say: each text they load has marks around it, and what they show without marks fails.
/// </summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class ScriptTextTests(BrowserFixture browser)
{
    /// <summary>
    /// Everything the page says, hidden or not, that has Latin words outside the marks: the server's part is in
    /// Russian.
    /// </summary>
    private const string FindUnmarked = """
        () => {
            const known = new RegExp(["Culvert", "lobby", "owner", "olga", "bob", "alice", "English", "/[a-z]+",
                "Enter|Esc(ape)?|Ctrl|Alt|Shift|Tab|Del(ete)?|Home|End|Page(Up|Down)",
                "F\\b|K\\b"].join("|"), "g");
            const said = [document.title];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const { parentElement, data } = walker.currentNode;
                if (!parentElement.closest("script, style, noscript, [lang=en], .emoji-picker, .emoji-name")) {
                    said.push(data);
                }
            }
            for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
                if (!element.closest("[lang=en], .emoji-body")) {
                    for (const name of ["aria-label", "title", "placeholder", "alt"]) {
                        said.push(element.getAttribute(name) ?? "");
                    }
                }
            }
            return said.filter((text) => /[A-Za-z]{2}/.test(text.replace(/⟦[^⟧]*⟧/g, "").replace(known, "")));
        }
        """;

    /// <summary>Each is answered to the sender alone, and each in another way.</summary>
    private static readonly string[] Commands =
    [
        "/help", "/who", "/frobnicate now", "/kick", "/ban bob 0m", "/kick nobody", "/kick olga", "/invite bob",
        $"/kick bob {new string('x', 501)}", $"/topic {new string('x', 501)}", "/mute all", "/unmute all",
    ];

    private static readonly LocatorWaitForOptions Hidden = new() { State = WaitForSelectorState.Attached };

    private readonly List<string> _unmarked = [];

    [Fact]
    public async Task T1_60_Scripts_say_nothing_that_is_not_in_the_texts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (olga, bob) = (await rig.PersonAsync("olga", "owner", "ru"), await rig.PersonAsync("bob"));
        await olga.Page.RouteAsync("**/texts/ru*.json", MarkAsync);
        await bob.JoinAsync("lobby");
        await olga.JoinAsync("lobby");
        await RoomScreen.PublishAsync(bob.Api, "lobby", "первое", "второе", "@olga третье");
        await RoomScreen.PublishAsync(olga.Api, "lobby", "своё");
        await bob.Api.MustAsync(
            HttpMethod.Post, "/v1/rooms/lobby/messages", """{"data":{"text":"ответ","reply":1}}""");
        await bob.Api.MustAsync(HttpMethod.Delete, "/v1/rooms/lobby/messages/2");
        await bob.Api.MustAsync(HttpMethod.Patch, "/v1/rooms/lobby/messages/1", """{"data":{"text":"иначе"}}""");
        await bob.Api.MustAsync(
            HttpMethod.Put, "/v1/rooms/lobby/messages/1/reactions", """{"emoji":"👍","on":true}""");
        await rig.Server.Owner.MustAsync(HttpMethod.Patch, "/v1/rooms/lobby", """{"topic":"тема"}""");
        var screen = await RoomScreen.OpenAsync(olga);
        var page = screen.Page;
        await ReadAsync(page, "the room");
        Assert.Contains("⟦", await page.Locator("#timeline").InnerTextAsync(), StringComparison.Ordinal);

        foreach (var seq in (long[])[1, 4])
        {
            await screen.Message(seq).HoverAsync();
            await screen.Message(seq).Locator("[data-act=more]").ClickAsync();
            await page.GetByRole(AriaRole.Menuitem).First.WaitForAsync();
            await ReadAsync(page, $"the menu of message {seq}");
            await page.Keyboard.PressAsync("Escape");
        }

        await screen.Message(4).FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await page.Locator("dialog[open]").WaitForAsync();
        await ReadAsync(page, "the question");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#people [data-name=bob]").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem).First.WaitForAsync();
        await ReadAsync(page, "the menu of a person");
        await page.Keyboard.PressAsync("Escape");
        await screen.Message(1).FocusAsync();
        await page.Keyboard.PressAsync("?");
        await page.Locator("dialog[open]").WaitForAsync();
        await ReadAsync(page, "the keys");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("dialog[open]").WaitForAsync();
        await ReadAsync(page, "the switcher");
        await page.Keyboard.PressAsync("Escape");

        foreach (var typed in (string[])["/", "@b", "#l", "/clear"])
        {
            await page.Locator("#composer [name=text]").FillAsync("");
            await screen.TypeAsync(typed, 0);
            await page.Locator(".suggestions [role=option]").First.WaitForAsync();
            await ReadAsync(page, $"what is suggested for {typed}");
        }

        await page.Keyboard.PressAsync("Escape");
        await CommandAsync(page);
        await page.Locator("#composer [name=text]").FillAsync("");
        await bob.Api.MustAsync(HttpMethod.Post, "/v1/rooms", """{"kind":"direct","users":["olga"]}""");
        await olga.Context.SetOfflineAsync(true);
        await screen.SendAsync("не уйдёт");
        await page.Locator("#banner:not([hidden])").WaitForAsync();
        await ReadAsync(page, "a page without a network");

        Assert.Empty(_unmarked);
    }

    /// <summary>Reads what is answered to each command, and lets the answer go by one that is not answered.</summary>
    private async Task CommandAsync(IPage page)
    {
        foreach (var command in Commands)
        {
            await page.Locator("#composer [name=text]").FillAsync(command);
            await page.Keyboard.PressAsync("Enter");
            await page.Locator("#composer-note:not(:empty)").WaitForAsync();
            await ReadAsync(page, $"what is answered to {command}");
            await page.Locator("#composer [name=text]").FillAsync("/topic т");
            await page.Keyboard.PressAsync("Enter");
            await page.Locator("#composer-note:empty").WaitForAsync(Hidden);
        }
    }

    private async Task ReadAsync(IPage page, string where)
    {
        foreach (var text in (await page.EvaluateAsync<string[]>(FindUnmarked)).Distinct())
        {
            _unmarked.Add($"{where}: {text}");
        }
    }

    private static async Task MarkAsync(IRoute route)
    {
        var answer = await route.FetchAsync();
        var texts = JsonNode.Parse(await answer.TextAsync())!.AsObject(); // The texts are an object.
        foreach (var (key, text) in texts.ToArray())
        {
            if (text is JsonObject forms)
            {
                foreach (var (form, said) in forms.ToArray())
                {
                    forms[form] = $"⟦{said}⟧";
                }
            }
            else
            {
                texts[key] = $"⟦{text}⟧";
            }
        }

        await route.FulfillAsync(new() { ContentType = "application/json", Body = texts.ToJsonString() });
    }
}
