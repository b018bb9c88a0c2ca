using Culvert.IntegrationTests.Processes;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Writing: suggestions, drafts, commands, refusals.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class ComposerTests(BrowserFixture browser)
{
    private const string Area = "#composer textarea";

    [Fact]
    public async Task T1_29_A_person_is_suggested_by_recent_activity_and_chosen_by_keys()
    {
        await using var rig = await StartAsync();
        var bob = await rig.PersonAsync("bob");
        var anna = await rig.PersonAsync("anna");
        var alice = await rig.PersonAsync("alice");
        foreach (var person in new[] { anna, bob, alice })
        {
            await person.JoinAsync("lobby");
        }

        await anna.Api.PublishAsync("lobby", """{"text":"early"}""");
        await bob.Api.PublishAsync("lobby", """{"text":"late"}""");
        var page = await alice.EnterAsync("lobby");
        await page.Locator(".message .body", new() { HasText = "late" }).WaitForAsync();
        await page.FocusAsync(Area);

        await page.Keyboard.TypeAsync("hi @");
        var options = page.Locator(".suggestions [role=option]");
        await options.Nth(1).WaitForAsync();
        Assert.StartsWith("@bob", await options.Nth(0).Locator(".label").TextContentAsync());
        Assert.StartsWith("@anna", await options.Nth(1).Locator(".label").TextContentAsync());
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");

        Assert.Equal("hi @anna ", await page.InputValueAsync(Area));
        Assert.True(await page.Locator(".suggestions").IsHiddenAsync());
        await page.Keyboard.TypeAsync("@b");
        await options.First.WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal("hi @anna @b", await page.InputValueAsync(Area));
    }

    [Fact]
    public async Task T1_29_Somebody_who_is_not_in_the_room_is_marked()
    {
        await using var rig = await StartAsync();
        var alice = await rig.PersonAsync("alice");
        await alice.Page.RouteAsync("**/v1/people?**", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"profiles":[{"name":"carol","title":"Carol <b>","avatar":null,"role":"member"}]}""",
        }));
        var page = await alice.EnterAsync("lobby");

        await page.FocusAsync(Area);
        await page.Keyboard.TypeAsync("@car");
        var option = page.Locator(".suggestions [role=option].away");
        await option.WaitForAsync();

        Assert.Contains("not in this room", await option.TextContentAsync());
        Assert.Equal("Carol <b>", await option.Locator(".title").TextContentAsync());
    }

    [Fact]
    public async Task T1_29_Who_is_named_gets_a_highlight_and_a_badge()
    {
        await using var rig = await StartAsync("other");
        var bob = await rig.PersonAsync("bob");
        var alice = await rig.PersonAsync("alice");
        foreach (var room in new[] { "lobby", "other" })
        {
            await alice.JoinAsync(room);
            await bob.JoinAsync(room);
        }

        var page = await alice.EnterAsync("lobby");
        await bob.Api.PublishAsync("other", """{"text":"`@alice` is code"}""");
        await bob.Api.PublishAsync("other", """{"text":"look, @alice"}""");
        await bob.Api.PublishAsync("lobby", """{"text":"and here, @Alice"}""");

        await page.Locator("#rooms a[data-room=other] .mentions").WaitForAsync();
        Assert.Contains(
            "1 mention of you", await page.Locator("#rooms a[data-room=other] .mentions").TextContentAsync());
        Assert.Equal("2", await page.Locator("#rooms a[data-room=other] .badge [aria-hidden]").TextContentAsync());
        await page.Locator(".message.mentions-me .mention.me", new() { HasText = "@Alice" }).WaitForAsync();
    }

    [Fact]
    public async Task T1_33_Emoji_are_suggested_after_two_letters()
    {
        await using var rig = await StartAsync();
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");
        await page.FocusAsync(Area);

        await page.Keyboard.TypeAsync(":t");
        Assert.True(await page.Locator(".suggestions").IsHiddenAsync());
        await page.Keyboard.TypeAsync("ad");
        await page.Locator(".suggestions [role=option]", new() { HasText = ":tada:" }).WaitForAsync();
        await page.Keyboard.PressAsync("Tab");

        Assert.Equal("🎉 ", await page.InputValueAsync(Area));
    }

    [Fact]
    public async Task T1_33_The_picker_is_searched_and_walked_by_keys_and_remembers()
    {
        await using var rig = await StartAsync();
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");
        await page.ClickAsync("#composer button[aria-haspopup=dialog]");
        Assert.True(await page.Locator(".emoji-picker button[data-emoji]").CountAsync() >= 600);

        await page.Keyboard.TypeAsync("rocket");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("🚀", await page.InputValueAsync(Area));
        await page.ClickAsync("#composer button[aria-haspopup=dialog]");
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal("rocket", await FocusedLabelAsync(page));
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("grin", await FocusedLabelAsync(page));
        await page.Keyboard.PressAsync("Escape");

        await page.Locator(".emoji-picker").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal("🚀", await page.InputValueAsync(Area));
    }

    [Fact]
    public async Task T1_33_Emoji_are_found_by_Russian_and_by_English_names()
    {
        await using var rig = await StartAsync();
        var alice = await rig.PersonAsync("alice", language: "ru");
        var loaded = 0;
        alice.Page.Request += (_, request) =>
            loaded += request.Url.EndsWith("emoji-names-ru.js", StringComparison.Ordinal) ? 1 : 0;
        var page = await alice.EnterAsync("lobby");
        await page.FocusAsync(Area);
        Assert.Equal(0, loaded);

        foreach (var (typed, label, emoji) in new[]
        {
            (":раке", "ракета", "🚀"), (":rocket", "ракета", "🚀"), (":ежик", "ёжик", "🦔"),
            (":япония", "япония", "🇯🇵"),
        })
        {
            await page.FillAsync(Area, "");
            await page.Keyboard.TypeAsync(typed);
            await page.Locator(".suggestions [role=option]", new() { HasText = label }).First.WaitForAsync();
            await page.Keyboard.PressAsync("Tab");
            Assert.Equal(emoji + " ", await page.InputValueAsync(Area));
        }

        await page.FillAsync(Area, "");
        await page.ClickAsync("#composer button[aria-haspopup=dialog]");
        var english = await page.Locator(".emoji-picker button[data-emoji]").EvaluateAllAsync<string[]>(
            "found => found.map((e) => e.getAttribute('aria-label')).filter((name) => /[a-z]/i.test(name))");
        Assert.Equal([], english);
        await page.Keyboard.TypeAsync("день рожд");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("🎂", await page.InputValueAsync(Area));
        Assert.Equal(1, loaded);
    }

    [Fact]
    public async Task T1_35_The_server_is_told_of_writing_at_most_once_in_three_seconds()
    {
        await using var rig = await StartAsync();
        var alice = await rig.PersonAsync("alice");
        var told = 0;
        alice.Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) =>
            told += frame.Text?.Contains("\"typing\"", StringComparison.Ordinal) == true ? 1 : 0;
        await alice.Page.Clock.InstallAsync();
        var page = await alice.EnterAsync("lobby");
        await page.FocusAsync(Area);

        for (var i = 0; i < 12; i++)
        {
            await page.Keyboard.TypeAsync("a");
            await page.Clock.FastForwardAsync(500);
        }

        Assert.InRange(told, 2, 3);
    }

    [Fact]
    public async Task T1_37_A_draft_stays_in_its_room_and_outlives_a_reload()
    {
        await using var rig = await StartAsync("other");
        var alice = await rig.PersonAsync("alice");
        await alice.JoinAsync("lobby");
        await alice.JoinAsync("other");
        var page = await alice.EnterAsync("lobby");
        await page.FocusAsync(Area);
        await page.Keyboard.TypeAsync("half a tho");

        await alice.EnterAsync("other");
        Assert.Equal("", await page.InputValueAsync(Area));
        await page.Locator("#rooms a[data-room=lobby] .draft").WaitForAsync();
        await alice.EnterAsync("lobby");
        Assert.Equal("half a tho", await page.InputValueAsync(Area));
        await page.ReloadAsync();
        await page.Locator("html[data-live=true]").WaitForAsync();
        Assert.Equal("half a tho", await page.InputValueAsync(Area));

        await page.FocusAsync(Area);
        await page.Keyboard.TypeAsync("ught");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".message:not(.pending) .body", new() { HasText = "half a thought" }).First.WaitForAsync();
        await alice.EnterAsync("other");
        await page.Locator("#rooms a[data-room=lobby] .draft").WaitForAsync(
            new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task T1_37_A_reply_and_an_edit_keep_what_was_written_before()
    {
        await using var rig = await StartAsync();
        var alice = await rig.PersonAsync("alice");
        await alice.Api.PublishAsync("lobby", """{"text":"first"}""");
        var page = await alice.EnterAsync("lobby");
        await page.Locator(".message .body", new() { HasText = "first" }).WaitForAsync();
        await page.FocusAsync(Area);
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal("first", await page.InputValueAsync(Area));
        await page.Keyboard.TypeAsync("!");
        await page.Keyboard.PressAsync("Escape");
        Assert.Equal("", await page.InputValueAsync(Area));

        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.TypeAsync(" edited");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".message .body", new() { HasText = "first edited" }).WaitForAsync();

        Assert.Equal("", await page.InputValueAsync(Area));
        Assert.True(await page.Locator("#composer .mode").IsHiddenAsync());
    }

    [Fact]
    public async Task T1_50_Commands_are_listed_and_a_wrong_one_keeps_the_text()
    {
        await using var rig = await StartAsync();
        var alice = await rig.PersonAsync("alice", "owner");
        var page = await alice.EnterAsync("lobby");
        await page.FocusAsync(Area);
        await page.Keyboard.TypeAsync("/");
        await page.Locator(".suggestions [role=option]", new() { HasText = "/kick" }).WaitForAsync();
        await page.Keyboard.TypeAsync("mute");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#composer-note.problem").WaitForAsync();
        Assert.Contains("/mute", await page.Locator("#composer-note").TextContentAsync());
        Assert.Equal("/mute", await page.InputValueAsync(Area));

        await page.FillAsync(Area, "/frobnicate now");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync(
            "() => document.querySelector('#composer-note').textContent.includes('frobnicate')");
        Assert.Equal("/frobnicate now", await page.InputValueAsync(Area));

        await page.FillAsync(Area, "//frobnicate");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".message:not(.pending) .body", new() { HasText = "/frobnicate" }).First.WaitForAsync();
        Assert.Equal(["/frobnicate"], await rig.Server.Owner.ReadLogAsync("lobby").TextsAsync());
    }

    [Fact]
    public async Task T1_50_Clearing_a_room_asks_first()
    {
        await using var rig = await StartAsync();
        var alice = await rig.PersonAsync("alice", "owner");
        await alice.Api.PublishAsync("lobby", """{"text":"precious"}""");
        var page = await alice.EnterAsync("lobby");
        await page.Locator(".message .body", new() { HasText = "precious" }).WaitForAsync();

        await page.FillAsync(Area, "/clear");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("dialog.ask button.quiet").ClickAsync();
        Assert.Equal("/clear", await page.InputValueAsync(Area));
        await page.PressAsync(Area, "Enter");
        await page.Locator("dialog.ask button.danger").ClickAsync();

        await page.WaitForFunctionAsync("() => !document.querySelector('#timeline').textContent.includes('precious')");
    }

    [Fact]
    public async Task T1_54_What_is_sent_too_fast_is_counted_down_and_kept()
    {
        using var directory = new TestDirectory();
        var settings = directory.File("culvert.json");
        await File.WriteAllTextAsync(
            settings, """{"rooms":{"publishPerSecond":1,"publishBurst":2}}""", Bounded.Cancelled);
        await using var rig = await ChatRig.StartAsync(browser, "--config", settings);
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");

        // In the page itself: from outside, three messages may take longer than the second in which two are allowed.
        var kept = await page.EvaluateAsync<string>(
            """
            async () => {
                const area = document.querySelector("#composer textarea");
                const until = async isSo => {
                    for (const end = performance.now() + 30000; !isSo() && performance.now() < end;) {
                        await new Promise(resolve => setTimeout(resolve));
                    }
                };
                const send = text => {
                    area.value = text;
                    area.dispatchEvent(new Event("input", { bubbles: true }));
                    area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
                };
                for (const text of ["one", "two", "three"]) {
                    send(text);
                    await until(() => !area.readOnly && area.value === "");
                }

                const isHeld = () => document.querySelector("#composer-note.problem")
                    ?.textContent.includes("You can send again in");
                await until(isHeld);
                send("four");
                return isHeld() ? area.value : "was never held";
            }
            """);
        Assert.Equal("four", kept);
        await page.Locator("#composer .send:enabled").WaitForAsync();
        await page.PressAsync(Area, "Enter");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('.message:not(.pending)').length === 4");

        Assert.Equal(["one", "two", "three", "four"], await rig.Server.Owner.ReadLogAsync("lobby").TextsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task T1_31_Enter_sends_unless_an_input_method_composes(bool composes)
    {
        await using var rig = await StartAsync();
        var page = await (await rig.PersonAsync("alice")).EnterAsync("lobby");
        await page.FocusAsync(Area);
        await page.Keyboard.TypeAsync("one");
        await page.Keyboard.PressAsync("Shift+Enter");
        await page.Keyboard.TypeAsync("two");

        await page.EvaluateAsync(
            """
            isComposing => document.querySelector("#composer textarea").dispatchEvent(
                new KeyboardEvent("keydown", { key: "Enter", isComposing, bubbles: true, cancelable: true }))
            """,
            composes);

        Assert.Equal(composes ? "one\ntwo" : "", await page.InputValueAsync(Area));
    }

    /// <param name="rooms">Besides the lobby, which is always there.</param>
    private async Task<ChatRig> StartAsync(params string[] rooms)
    {
        var rig = await ChatRig.StartAsync(browser);
        foreach (var room in rooms)
        {
            await rig.Server.Owner.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"{{room}}"}""");
        }

        return rig;
    }

    private static Task<string?> FocusedLabelAsync(IPage page) =>
        page.EvaluateAsync<string?>("() => document.activeElement.getAttribute('aria-label')");
}
