using System.Diagnostics;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.Tests.Support;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The room page when the connection breaks, the server restarts, and somebody has several tabs.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class RoomConnectionTests(BrowserFixture browser)
{
    /// <summary>A page that is not in front has no frames to wait for.</summary>
    private static readonly PageWaitForFunctionOptions InTheBackground = new()
    {
        Timeout = 15_000,
        PollingInterval = 100,
    };

    [Fact]
    public async Task T1_46_A_cut_of_the_network_loses_nothing_and_doubles_nothing()
    {
        const int Sent = 500;
        var cutFor = TimeSpan.FromSeconds(Programs.IsFullRun ? 30 : 4);
        await using var rig = await ChatRig.StartAsync(browser);
        await rig.Server.Owner.PublishTextsAsync("lobby", Enumerable.Range(1, 60).Select(static n => $"before {n}"));
        await using var relay = new SilentRelay(rig.Server.Address);
        var alice = await rig.PersonAsync("alice");
        var page = alice.Page;
        await page.GotoAsync(new Uri(relay.Address, "/chat/rooms/lobby").ToString());
        await LiveAsync(page);

        relay.Swallow();
        relay.Server = new Uri("http://127.0.0.1:9");
        await alice.Context.SetOfflineAsync(true);
        await page.Locator("#banner").GetByRole(AriaRole.Button).WaitForAsync(new() { Timeout = 10_000 });
        await rig.Server.Owner.PublishTextsAsync("lobby", Enumerable.Range(1, Sent).Select(static n => $"away {n}"));
        await page.FillAsync("#composer textarea", "written without a network");
        await page.PressAsync("#composer textarea", "Enter");
        await page.EvaluateAsync("ms => new Promise(done => setTimeout(done, ms))", cutFor.TotalMilliseconds);
        relay.Server = rig.Server.Address;
        relay.Return();
        await alice.Context.SetOfflineAsync(false);
        await LiveAsync(page);

        var texts = await rig.Server.Owner.FollowedAsync("lobby", "written without a network");
        Assert.Equal(60 + Sent + 1, texts.Count);
        Assert.Equal(texts, await CollectAsync(page));
    }

    [Fact]
    public async Task T1_46_The_reader_stays_where_he_was()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await rig.Server.Owner.PublishTextsAsync("lobby", Enumerable.Range(1, 60).Select(static n => $"before {n}"));
        await using var relay = new SilentRelay(rig.Server.Address);
        var alice = await rig.PersonAsync("alice");
        var page = alice.Page;
        await page.GotoAsync(new Uri(relay.Address, "/chat/rooms/lobby").ToString());
        await LiveAsync(page);
        await page.Locator("#timeline").EvaluateAsync("box => box.scrollTop = -box.scrollHeight / 2");
        await page.WaitForFunctionAsync("() => !document.getElementById('present').hidden");
        var before = await AnchorAsync(page);

        relay.Swallow();
        relay.Server = new Uri("http://127.0.0.1:9");
        await alice.Context.SetOfflineAsync(true);
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'false'");
        await rig.Server.Owner.PublishTextsAsync("lobby", Enumerable.Range(1, 500).Select(static n => $"away {n}"));
        relay.Server = rig.Server.Address;
        relay.Return();
        await alice.Context.SetOfflineAsync(false);
        await LiveAsync(page);
        await page.WaitForFunctionAsync("() => document.getElementById('present').textContent.includes('500')");

        var after = await AnchorAsync(page);
        Assert.Equal(before.Seq, after.Seq);
        Assert.InRange(after.Top, before.Top - 2, before.Top + 2);
    }

    [Fact]
    public async Task T1_03_A_restart_is_not_noticed()
    {
        using var data = new TestDirectory();
        var server = await CulvertProcess.StartOnAsync(data.File("data"), "--registration", "open");
        await using var relay = new SilentRelay(server.Address);
        await using var rig = ChatRig.On(browser, server);
        var alice = await rig.PersonAsync("alice");
        await alice.Page.GotoAsync(new Uri(relay.Address, "/chat/rooms/lobby").ToString());
        await LiveAsync(alice.Page);

        await server.TerminateAsync();
        await alice.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'false'");
        await using var again = await CulvertProcess.StartOnAsync(data.File("data"), "--registration", "open");
        await again.Owner.PublishTextsAsync("lobby", ["in the meantime"]);
        relay.Server = again.Address;
        await LiveAsync(alice.Page);

        await alice.Page.GetByText("in the meantime").WaitForAsync();
        Assert.Equal(1, await alice.Page.GetByText("in the meantime").CountAsync());
        await alice.Page.FillAsync("#composer textarea", "still signed in");
        await alice.Page.PressAsync("#composer textarea", "Enter");
        Assert.Contains("still signed in", await again.Owner.FollowedAsync("lobby", "still signed in"));
    }

    [Fact]
    public async Task T1_22_An_own_message_is_shown_at_once_and_confirmed_where_it_stands()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        var page = await alice.EnterAsync("lobby");

        // Nothing that is sent arrives for two seconds.
        await page.EvaluateAsync("""
            () => {
                const send = WebSocket.prototype.send;
                WebSocket.prototype.send = function (text) { setTimeout(() => send.call(this, text), 2000); };
            }
            """);
        await page.FillAsync("#composer textarea", "at once");
        var took = await page.EvaluateAsync<double>("""
            async () => {
                const text = document.querySelector("#composer textarea");
                const started = performance.now();
                text.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
                while (!document.getElementById("timeline").textContent.includes("at once")) {
                    await new Promise(requestAnimationFrame);
                }
                return performance.now() - started;
            }
            """);
        var message = page.Locator("article.message", new() { HasText = "at once" });
        await message.Locator(".status").WaitForAsync();
        var pending = await message.BoundingBoxAsync();
        await page.WaitForFunctionAsync(
            "() => !document.getElementById('timeline').textContent.includes('Sending')");
        var confirmed = await message.BoundingBoxAsync();

        Bounded.Print($"shown after {took:0} ms");
        Assert.Equal(1, await message.CountAsync());
        Assert.Equal(pending!.Y, confirmed!.Y, 2.0);
    }

    [Fact]
    public async Task T1_23_A_message_that_was_not_sent_says_so_and_can_be_sent_again()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await using var relay = new SilentRelay(rig.Server.Address);
        var alice = await rig.PersonAsync("alice");
        var page = alice.Page;
        await page.GotoAsync(new Uri(relay.Address, "/chat/rooms/lobby").ToString());
        await LiveAsync(page);

        relay.Swallow();
        relay.Server = new Uri("http://127.0.0.1:9");
        await alice.Context.SetOfflineAsync(true);
        await page.FillAsync("#composer textarea", "keep me");
        await page.PressAsync("#composer textarea", "Enter");
        await page.FillAsync("#composer textarea", "drop me");
        await page.PressAsync("#composer textarea", "Enter");
        var dropped = page.Locator("article.message", new() { HasText = "drop me" });
        await dropped.GetByRole(AriaRole.Button, new() { Name = "Retry" }).WaitForAsync();
        await dropped.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await dropped.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        relay.Server = rig.Server.Address;
        relay.Return();
        await alice.Context.SetOfflineAsync(false);
        await page.ReloadAsync();
        await LiveAsync(page);

        Assert.Equal(["keep me"], await rig.Server.Owner.FollowedAsync("lobby", "keep me"));
        await page.Locator("article.message", new() { HasText = "keep me" }).WaitForAsync();
        Assert.Equal(1, await page.Locator("article.message", new() { HasText = "keep me" }).CountAsync());
    }

    [Fact]
    public async Task T1_45_Reading_in_one_tab_clears_the_badge_in_the_other()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        await alice.Api.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"other"}""");
        await alice.Api.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"alice"}""");
        var one = await alice.EnterAsync("other");
        var another = await alice.EnterAsync("other", await alice.Context.NewPageAsync());
        await rig.Server.Owner.PublishTextsAsync("lobby", ["one", "two"]);
        const string Badge = "() => document.querySelector('#rooms a[data-room=lobby]').innerText.match(/\\d+/)?.[0]";
        await another.WaitForFunctionAsync($"() => ({Badge})() === '2'", null, InTheBackground);

        await one.BringToFrontAsync();
        await alice.EnterAsync("lobby", one);
        await one.GetByText("two").WaitForAsync();
        await one.WaitForFunctionAsync($"() => ({Badge})() === undefined", null, InTheBackground);
        await another.BringToFrontAsync();

        await another.WaitForFunctionAsync($"() => ({Badge})() === undefined", null, InTheBackground);
    }

    [Fact]
    public Task T1_47_A_page_that_slept_is_right_within_a_second() =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            await using var rig = await ChatRig.StartAsync(browser);
            await using var relay = new SilentRelay(rig.Server.Address);
            var alice = await rig.PersonAsync("alice");
            var page = alice.Page;
            await page.Clock.InstallAsync();
            await page.GotoAsync(new Uri(relay.Address, "/chat/rooms/lobby").ToString());
            await LiveAsync(page);

            // The laptop closes: the page is hidden, its connection dies without a word, ten minutes pass.
            await page.EvaluateAsync("() => { window.seen = 'hidden'; "
                + "Object.defineProperty(document, 'visibilityState', { get: () => window.seen }); "
                + "document.dispatchEvent(new Event('visibilitychange')); }");
            relay.Swallow();
            await rig.Server.Owner.PublishTextsAsync("lobby", ["while you slept"]);
            await page.Clock.FastForwardAsync(600_000);
            var started = Stopwatch.GetTimestamp();
            await page.EvaluateAsync("() => { window.seen = 'visible'; "
                + "document.dispatchEvent(new Event('visibilitychange')); }");

            await page.WaitForFunctionAsync(
                "() => document.getElementById('timeline').textContent.includes('while you slept')");
            return Stopwatch.GetElapsedTime(started);
        });

    [Theory]
    [InlineData(true, "ws")]
    [InlineData(false, "poll")]
    public async Task T1_06_The_chat_works_behind_nginx_with_and_without_upgrades(bool upgrade, string transport)
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await using var nginx = await NginxProcess.StartAsync(rig.Server.Address, buffering: true, upgrade);
        var carol = await rig.PersonAsync("carol", "owner");
        var page = carol.Page;
        await page.GotoAsync(new Uri(nginx.Address, "/chat/rooms/lobby").ToString());
        await LiveAsync(page);

        await rig.Server.Owner.PublishTextsAsync("lobby", ["from elsewhere"]);
        await page.GetByText("from elsewhere").WaitForAsync(new() { Timeout = 3_000 });
        await page.FillAsync("#composer textarea", "from here");
        await page.PressAsync("#composer textarea", "Enter");

        Assert.Equal(["from elsewhere", "from here"], await rig.Server.Owner.FollowedAsync("lobby", "from here"));
        var banner = page.Locator("#banner");
        if (transport == "poll")
        {
            await banner.GetByText("Upgrade").First.WaitForAsync();
        }
        else
        {
            Assert.True(await banner.IsHiddenAsync());
        }
    }

    private static Task LiveAsync(IPage page) => page.Locator("html[data-live=true]").WaitForAsync();

    /// <summary>The first message in view and where its top is.</summary>
    private static async Task<(long Seq, double Top)> AnchorAsync(IPage page)
    {
        var anchor = await page.Locator("#timeline").EvaluateAsync<double[]>("""
            box => {
                const top = box.getBoundingClientRect().top;
                const seen = [...box.querySelectorAll("article.message[data-seq]")]
                    .find(m => m.getBoundingClientRect().top >= top);
                return [Number(seen.dataset.seq), seen.getBoundingClientRect().top - top];
            }
            """);
        return ((long)anchor[0], anchor[1]);
    }

    /// <summary>Scrolls through the whole room from its end and returns the texts in order.</summary>
    private static async Task<string[]> CollectAsync(IPage page) => await page.EvaluateAsync<string[]>("""
        async () => {
            const box = document.getElementById("timeline");
            document.getElementById("present").click();
            const found = new Map();
            const frame = () => new Promise(requestAnimationFrame);
            const look = () => {
                const inPage = [...box.querySelectorAll("article.message[data-seq]")];
                const numbers = inPage.map(m => Number(m.dataset.seq));
                if (new Set(numbers).size !== numbers.length) throw new Error("a message is there twice");
                inPage.forEach(m => found.set(Number(m.dataset.seq), m.querySelector(".body").innerText.trim()));
            };
            const until = performance.now() + 30000;
            while (performance.now() < until && (!found.has(1) || found.size < Math.max(...found.keys()))) {
                for (let i = 0; i < 10; i++) await frame();
                look();
                box.scrollTop = found.has(1) ? 0 : -box.scrollHeight;
            }
            return [...found].sort(([a], [b]) => a - b).map(([, text]) => text);
        }
        """);
}
