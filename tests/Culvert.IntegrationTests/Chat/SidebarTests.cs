using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The list of rooms, and what a tab shows of it when nobody looks.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class SidebarTests(BrowserFixture browser)
{
    // Notifications are counted and not shown: no browser of a test has a desktop.
    private const string CountNotifications = """
        window.shown = [];
        window.Notification = class extends EventTarget {
            static permission = "default";
            static asked = 0;
            static async requestPermission() {
                this.asked++;
                return this.permission = "granted";
            }
            constructor(title, { body, tag }) {
                super();
                shown.push({ title, body, tag });
            }
            close() { }
        };
        """;

    private const string Hide = """
        hidden => {
            const define = (name, value) => Object.defineProperty(document, name, { value, configurable: true });
            define("visibilityState", hidden ? "hidden" : "visible");
            define("hidden", hidden);
            document.dispatchEvent(new Event("visibilitychange"));
        }
        """;

    [Fact]
    public async Task T1_61_The_title_and_the_icon_count_what_is_not_in_view()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = await TwoAsync(rig);
        var page = await alice.EnterAsync("lobby");
        var title = await page.TitleAsync();
        var icon = await page.Locator("link[rel~=icon]").GetAttributeAsync("href");

        await bob.Api.PublishAsync("other", """{"text":"one"}""");
        await bob.Api.PublishAsync("lobby", """{"text":"in view"}""");
        await bob.Api.PublishAsync("other", """{"text":"two"}""");

        await page.WaitForFunctionAsync("() => document.title.startsWith('(2) ')");
        Assert.Equal("(2) " + title, await page.TitleAsync());
        await page.WaitForFunctionAsync("() => document.querySelector('link[rel~=icon]').href.startsWith('blob:')");
        await page.Locator("#rooms a[data-room=other][data-unread] .badge", new() { HasText = "2" }).WaitForAsync();
        await page.Locator("#rooms a[data-room=lobby] .badge").WaitForAsync(
            new() { State = WaitForSelectorState.Hidden });
        await alice.Api.MustAsync(HttpMethod.Put, "/v1/rooms/other/read", """{"seq":2}""");
        await page.WaitForFunctionAsync("() => !document.title.startsWith('(')");
        Assert.Equal(icon, await page.Locator("link[rel~=icon]").GetAttributeAsync("href"));
    }

    [Fact]
    public async Task T1_61_Notifications_come_only_when_asked_for_and_hidden()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = await TwoAsync(rig);
        await alice.Page.AddInitScriptAsync(CountNotifications);
        var page = await alice.EnterAsync("lobby");
        Assert.Equal(0, await page.EvaluateAsync<int>("() => Notification.asked"));

        await page.ClickAsync("button[popovertarget=bell]");
        await page.CheckAsync("#bell-notify");
        await page.WaitForFunctionAsync("() => Notification.asked === 1");
        await page.Keyboard.PressAsync("Escape");
        await bob.Api.PublishAsync("other", """{"text":"@alice while she looks"}""");
        await page.Locator("#rooms a[data-room=other] .mentions").WaitForAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("() => shown.length"));

        await page.EvaluateAsync(Hide, true);
        await bob.Api.PublishAsync("other", """{"text":"not for her"}""");
        await bob.Api.PublishAsync("other", """{"text":"@alice <b>now</b>"}""");
        await page.WaitForFunctionAsync("() => shown.length > 0");

        Assert.Equal(
            ["bob · other: @alice <b>now</b>"],
            await page.EvaluateAsync<string[]>("() => shown.map(n => `${n.title}: ${n.body}`)"));
    }

    [Fact]
    public async Task T1_61_A_sound_is_played_only_when_asked_for_and_hidden()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = await TwoAsync(rig);
        await alice.Page.AddInitScriptAsync(
            "window.tones = 0; const start = OscillatorNode.prototype.start;"
            + "OscillatorNode.prototype.start = function (at) { tones++; start.call(this, at); };");
        var page = await alice.EnterAsync("lobby");
        await page.ClickAsync("button[popovertarget=bell]");
        await page.CheckAsync("#bell-sound");
        await page.WaitForFunctionAsync("() => tones === 2");
        await page.Keyboard.PressAsync("Escape");

        await page.EvaluateAsync(Hide, true);
        await bob.Api.PublishAsync("other", """{"text":"hey @alice"}""");

        await page.WaitForFunctionAsync("() => tones === 4");
    }

    [Fact]
    public async Task T1_56_Rooms_are_reached_by_keys()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = await TwoAsync(rig, "quiet");
        var page = await alice.EnterAsync("lobby");
        await bob.Api.PublishAsync("quiet", """{"text":"unread"}""");
        await page.Locator("#rooms a[data-room=quiet][data-unread]").WaitForAsync();

        await page.Keyboard.PressAsync("Alt+Shift+ArrowDown");
        await page.ReachesAsync("**/chat/rooms/quiet*");
        await page.Locator("html[data-live=true]").WaitForAsync();
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await page.ReachesAsync("**/chat/rooms/other*");
        await page.Locator("html[data-live=true]").WaitForAsync();
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("lob");
        await page.Keyboard.PressAsync("Enter");

        await page.ReachesAsync("**/chat/rooms/lobby*");
    }

    [Fact]
    public async Task T1_56_A_question_mark_lists_the_keys()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, _) = await TwoAsync(rig);
        var page = await alice.EnterAsync("lobby");

        await page.EvaluateAsync("() => document.activeElement.blur()");
        await page.Keyboard.PressAsync("?");
        await page.Locator("dialog.keys[open]").WaitForAsync();
        Assert.True(await page.Locator("dialog.keys kbd").CountAsync() > 20);
        Assert.DoesNotContain("keys.", await page.Locator("dialog.keys").TextContentAsync());
        await page.Keyboard.PressAsync("Escape");

        await page.Locator("dialog.keys").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static async Task<(Person Alice, Person Bob)> TwoAsync(ChatRig rig, params string[] more)
    {
        var alice = await rig.PersonAsync("alice");
        var bob = await rig.PersonAsync("bob");
        foreach (var room in (string[])["lobby", "other", .. more])
        {
            if (room != "lobby")
            {
                await rig.Server.Owner.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"{{room}}"}""");
            }

            await alice.JoinAsync(room);
            await bob.JoinAsync(room);
        }

        return (alice, bob);
    }
}
