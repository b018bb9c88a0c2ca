using Culvert.IntegrationTests.Processes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Messages in the page of a room: sent, in order, changed, removed, answered, reacted to.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class MessageTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_25_Ten_writers_are_seen_in_one_order_by_everybody()
    {
        const int writers = 10;
        const int each = 100;
        await using var rig = await ChatRig.StartFastAsync(browser);
        var people = new List<Person> { await rig.PersonAsync("reader1"), await rig.PersonAsync("reader2") };
        var screens = new List<RoomScreen>();
        foreach (var person in people)
        {
            var screen = await RoomScreen.OpenAsync(person);
            await screen.Page.EvaluateAsync("""
                () => {
                    window.order = [];
                    new MutationObserver(records => {
                        for (const node of records.flatMap(r => [...r.addedNodes])) {
                            if (node.dataset?.seq && node.matches('article')) {
                                order.push(node.dataset.seq + ' ' + node.querySelector('.body').textContent);
                            }
                        }
                    }).observe(document.querySelector('#timeline .rows'), { childList: true });
                }
                """);
            screens.Add(screen);
        }

        var apis = await Task.WhenAll(Enumerable.Range(0, writers).Select(w => rig.Server.Owner.NewUserAsync($"w{w}")));
        await Task.WhenAll(apis.Select(async (api, w) =>
        {
            for (var number = 0; number < each; number++)
            {
                await RoomScreen.PublishAsync(api, "lobby", $"w{w} {number}");
            }
        })).Within(120);

        const string done =
            "() => [...document.querySelectorAll('#timeline article')].at(-1)?.dataset.seq === '1000'";
        await Task.WhenAll(screens.Select(screen => screen.UntilAsync(done)));
        var log = await rig.Server.Owner.ReadLogAsync("lobby").TextsAsync();
        var expected = log.Select((text, index) => $"{index + 1} {text}").ToArray();
        foreach (var screen in screens)
        {
            var order = await screen.Page.EvaluateAsync<string[]>("() => order");
            Bounded.Print($"{order.Length} messages were seen one by one");
            Assert.Equal(expected.Where(order.ToHashSet().Contains), order);
            Assert.InRange(order.Length, 300, 1000);
            await screen.Page.ReloadAsync();
            await screen.Messages.First.WaitForAsync();
            var texts = await screen.Page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('#timeline article')]
                    .map(a => a.dataset.seq + ' ' + a.querySelector('.body').textContent.trim())
                """);
            Assert.Equal(expected.TakeLast(texts.Length), texts);
        }

        foreach (var api in apis)
        {
            api.Dispose();
        }
    }

    [Fact]
    public async Task T1_26_The_last_own_message_is_edited_by_arrow_up_and_nothing_moves_for_others()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        await rig.Server.Owner.PublishTextsAsync("lobby", Enumerable.Range(1, 60).Select(n => $"filler {n}"));
        var (one, other) = (await RoomScreen.OpenAsync(alice), await RoomScreen.OpenAsync(bob));
        await one.SendAsync("first version");
        await other.SeesAsync("first version");
        await other.ScrollUpAsync(500);
        var top = await other.TopOfAsync(40);

        await one.PressInFieldAsync("ArrowUp");
        Assert.Equal("first version", await one.DraftAsync());
        await one.PressInFieldAsync("Escape");
        Assert.Equal("", await one.DraftAsync());
        await one.PressInFieldAsync("ArrowUp");
        await one.SendAsync("second version\nthat is\nmuch longer");

        await Expect(other.Message(61)).ToContainTextAsync("second version");
        await Expect(other.Message(61)).ToContainTextAsync("(edited)");
        await Expect(one.Message(61)).ToContainTextAsync("(edited)");
        Assert.InRange(await other.TopOfAsync(40), top - 2, top + 2);
    }

    [Fact]
    public async Task T1_27_A_deleted_message_leaves_a_tombstone()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        var (one, other) = (await RoomScreen.OpenAsync(alice), await RoomScreen.OpenAsync(bob));
        await one.SendAsync("a mistake");
        await other.SeesAsync("a mistake");

        await one.ActAsync(1, "Delete");
        await one.Page.Locator("dialog button.danger").ClickAsync();

        await Expect(other.Message(1)).ToContainTextAsync("Message deleted");
        await Expect(other.Message(1)).Not.ToContainTextAsync("a mistake");
        await other.Page.ReloadAsync();
        await Expect(other.Message(1)).ToContainTextAsync("Message deleted");
        Assert.DoesNotContain("a mistake", await other.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await other.Message(1).Locator("[data-act]:not(.picture)").CountAsync());
    }

    [Fact]
    public async Task T1_27_A_tombstone_goes_after_an_hour_unless_something_answers_it()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        await RoomScreen.PublishAsync(alice.Api, "lobby", "a mistake", "a question", "the end");
        await alice.Api.MustAsync(
            HttpMethod.Post, "/v1/rooms/lobby/messages", """{"data":{"text":"an answer","reply":2}}""");
        foreach (var seq in (int[])[1, 2])
        {
            await alice.Api.MustAsync(HttpMethod.Delete, $"/v1/rooms/lobby/messages/{seq}");
        }

        var screen = await RoomScreen.OpenAsync(alice);
        await Expect(screen.Message(1)).ToContainTextAsync("Message deleted");
        await Expect(screen.Message(2)).ToContainTextAsync("Message deleted");

        await screen.Page.Clock.SetFixedTimeAsync(TimeProvider.System.GetUtcNow().AddHours(2).UtcDateTime);
        await screen.Page.ReloadAsync();
        await Expect(screen.Message(4)).ToContainTextAsync("an answer");
        await Expect(screen.Message(2)).ToContainTextAsync("Message deleted");
        await Expect(screen.Message(1)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task T1_27_Moderators_delete_what_others_wrote_and_members_do_not()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (mod, bob) = (await rig.PersonAsync("mod", "moderator"), await rig.PersonAsync("bob"));
        var (one, other) = (await RoomScreen.OpenAsync(mod), await RoomScreen.OpenAsync(bob));
        await RoomScreen.PublishAsync(rig.Server.Owner, "lobby", "by somebody else");
        await other.SeesAsync("by somebody else");

        await other.Message(1).HoverAsync();
        await other.Message(1).Locator("[data-act=more]").ClickAsync();
        var items = await other.Page.GetByRole(AriaRole.Menuitem).AllInnerTextsAsync();
        Assert.DoesNotContain(items, item => item.Contains("Delete", StringComparison.Ordinal));
        Assert.DoesNotContain(items, item => item.Contains("Ban", StringComparison.Ordinal));

        await one.ActAsync(1, "Delete");
        await one.Page.Locator("dialog button.danger").ClickAsync();
        await Expect(other.Message(1)).ToContainTextAsync("Message deleted by mod");
    }

    [Fact]
    public async Task T1_28_A_quote_shows_no_marks_with_scripts_and_without()
    {
        const string Raw =
            "> they said\n\n**bold** `a < b` [the *label*](https://a.example/) :tada:\n\n```\nlet x;\n```";
        const string Plain = "they said bold a < b the label 🎉 let x;";
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        await alice.Api.MustAsync(HttpMethod.Patch, "/v1/me", """{"title":"Алиса"}""");
        await RoomScreen.PublishAsync(alice.Api, "lobby", Raw, string.Concat(Enumerable.Repeat("👩‍👩‍👧", 40)));
        var screen = await RoomScreen.OpenAsync(alice);

        await screen.ActAsync(1, "Reply");
        await Expect(alice.Page.Locator("#composer .mode-text b")).ToContainTextAsync("Алиса");
        await Expect(alice.Page.Locator("#composer .mode-text span")).ToHaveTextAsync(Plain);
        await screen.SendAsync("one");
        await Expect(screen.Message(3).Locator(".quote span").Last).ToHaveTextAsync(Plain);
        await screen.ActAsync(2, "Reply");
        await screen.SendAsync("two");
        await Expect(screen.Message(4).Locator(".quote")).ToBeVisibleAsync();
        var live = await screen.Page.Locator(".message .quote > span:last-child").AllInnerTextsAsync();

        var written = await (await alice.Api.SendAsync(HttpMethod.Get, "/chat/rooms/lobby"))
            .Content.ReadAsStringAsync(Bounded.Cancelled);
        Assert.Equal([Plain, string.Concat(Enumerable.Repeat("👩‍👩‍👧", 15)) + "…"], live);
        Assert.All(live, text => Assert.Contains(
            $"<span>{text.Replace("<", "&lt;", StringComparison.Ordinal)}</span>", written, StringComparison.Ordinal));
        Assert.Contains("<b>Алиса</b>", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T1_28_A_reply_quotes_its_original_and_leads_to_it()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        await RoomScreen.PublishAsync(alice.Api, "lobby", "the question\nin two lines");
        await rig.Server.Owner.PublishTextsAsync("lobby", Enumerable.Range(1, 200).Select(n => $"filler {n}"));
        await alice.Page.GotoAsync("/chat/rooms/lobby?seq=1#m1");
        var one = new RoomScreen(alice.Page);
        var other = await RoomScreen.OpenAsync(bob);
        await alice.Page.Locator("html[data-live=true]").WaitForAsync();

        await one.ActAsync(1, "Reply");
        await one.SendAsync("the answer");

        await other.SeesAsync("the answer");
        var quote = other.Message(202).Locator(".quote");
        await Expect(quote).ToContainTextAsync("alice");
        await Expect(quote).ToContainTextAsync("the question in two lines");
        await quote.ClickAsync();
        await Expect(other.Message(1)).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("target"));
        await Expect(other.Message(1)).ToBeInViewportAsync();

        await alice.Api.MustAsync(HttpMethod.Delete, "/v1/rooms/lobby/messages/1");
        await other.Page.Locator("#present").ClickAsync();
        await Expect(other.Message(202).Locator(".quote")).ToContainTextAsync("not available");
        await Expect(other.Message(202).Locator(".quote")).Not.ToContainTextAsync("question");
    }

    [Fact]
    public async Task T1_30_Reactions_are_counted_once_for_each_person_and_work_by_keyboard()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        var (one, other) = (await RoomScreen.OpenAsync(alice), await RoomScreen.OpenAsync(bob));
        await one.SendAsync("what do you think?");
        await other.SeesAsync("what do you think?");
        await alice.Api.MustAsync(
            HttpMethod.Put, "/v1/rooms/lobby/messages/1/reactions", """{"emoji":"👍","on":true}""");
        var reaction = other.Message(1).Locator("[data-emoji='👍']");
        await Expect(reaction).ToContainTextAsync("1");

        // By keyboard: the message, its reaction, and a key.
        await other.Message(1).FocusAsync();
        await reaction.FocusAsync();
        await other.Page.Keyboard.PressAsync("Enter");
        await Expect(reaction).ToContainTextAsync("2");
        await Expect(reaction).ToHaveAttributeAsync("title", "alice, bob");
        await Expect(reaction).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(one.Message(1).Locator("[data-emoji='👍']")).ToContainTextAsync("2");
        Assert.Equal("👍", await other.Page.EvaluateAsync<string>("() => document.activeElement.dataset.emoji"));

        // A double click is one change, and removes it.
        await reaction.DblClickAsync();
        await Expect(one.Message(1).Locator("[data-emoji='👍']")).ToContainTextAsync("1");
        var page = await bob.Api.CallAsync(
            HttpMethod.Get, "/v1/rooms/lobby/events", null, ("Accept", "application/json"));
        var names = page.Body.GetProperty("events")[0].GetProperty("reactions").GetProperty("👍");
        Assert.Equal(["alice"], names.EnumerateArray().Select(name => name.GetString()));
    }
}
