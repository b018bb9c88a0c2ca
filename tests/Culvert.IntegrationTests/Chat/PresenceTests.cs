using System.Diagnostics;
using Culvert.IntegrationTests.Processes;
using Culvert.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Who comes and goes, who is there, and who is writing.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class PresenceTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_34_Reloads_leave_no_line_and_joins_make_one_that_opens()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        await RoomScreen.PublishAsync(alice.Api, "lobby", "hello");
        await alice.Api.MustAsync(HttpMethod.Put, "/v1/rooms/lobby/read", """{"seq":1}""");
        var screen = await RoomScreen.OpenAsync(alice);
        var before = await screen.Notices.CountAsync();
        for (var reload = 0; reload < 10; reload++)
        {
            await bob.EnterAsync("lobby");
        }

        await RoomScreen.PublishAsync(alice.Api, "lobby", "after the reloads");
        await screen.SeesAsync("after the reloads");
        Assert.Equal(before, await screen.Notices.CountAsync());

        await bob.Api.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"bob"}""");
        await Expect(screen.Notices.Last).ToHaveTextAsync("bob joined");
        await bob.Api.MustAsync(HttpMethod.Delete, "/v1/rooms/lobby/members/bob");
        await bob.Api.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"bob"}""");
        var summary = screen.Page.Locator("#timeline .notices > summary").Last;
        await Expect(summary).ToHaveTextAsync("3 events: bob");
        await summary.ClickAsync();
        await Expect(screen.Page.GetByText("bob left")).ToBeVisibleAsync();

        await screen.Page.ReloadAsync();
        await Expect(summary).ToHaveTextAsync("3 events: bob");
        var room = await alice.Api.MustAsync(HttpMethod.Get, "/v1/rooms/lobby");
        Assert.Equal(2, room.GetProperty("seq").GetInt64());
    }

    [Fact]
    public Task T1_35_Typing_is_shown_at_once_and_goes_by_itself_or_with_the_message() =>
        BestOfThree.MustTakeLessThanAsync(TimeSpan.FromSeconds(1), async () =>
        {
            await using var rig = await ChatRig.StartAsync(browser);
            var (alice, bob, carol) =
                (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"), await rig.PersonAsync("carol"));
            var told = 0;
            bob.Page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) =>
                told += frame.Text?.Contains("\"typing\"", StringComparison.Ordinal) == true ? 1 : 0;
            var (one, other) = (await RoomScreen.OpenAsync(alice), await RoomScreen.OpenAsync(bob));
            var third = await RoomScreen.OpenAsync(carol);

            var started = Stopwatch.GetTimestamp();
            await other.TypeAsync("h", 0);
            var first = await ShownAsync(one, "bob is typing…");
            await third.TypeAsync("h", 0);
            var second = await ShownAsync(one, "bob and carol are typing…");
            await other.TypeAsync("ello, this takes a while to write", 60);

            // Once in three seconds.
            Assert.InRange(told, 1, 2 + (int)(Stopwatch.GetElapsedTime(started).TotalSeconds / 3));

            await other.SendAsync("sent");
            var gone = await ShownAsync(one, "carol is typing…");
            Assert.True((await ShownAsync(one, "")).TotalSeconds < 7);
            return new[] { first, second, gone }.Max();
        });

    [Fact]
    public async Task T1_36_The_last_tab_that_closes_turns_its_person_offline()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        await bob.Api.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"bob"}""");
        var screen = await RoomScreen.OpenAsync(alice);
        await bob.EnterAsync("lobby");
        var second = await bob.Context.NewPageAsync();
        await bob.EnterAsync("lobby", second);
        var person = screen.Page.Locator("#people [data-name=bob]");
        await Expect(person).ToHaveAttributeAsync("data-state", "online");

        await second.CloseAsync();
        await bob.Page.GotoAsync("about:blank");

        await Expect(person).ToHaveAttributeAsync("data-state", "offline", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task T1_36_Five_quiet_minutes_are_away_until_the_next_key()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        var screen = await RoomScreen.OpenAsync(alice);
        await bob.Page.Clock.InstallAsync();
        await bob.EnterAsync("lobby");
        var person = screen.Page.Locator("#people [data-name=bob]");
        await Expect(person).ToHaveAttributeAsync("data-state", "online");

        await bob.Page.Clock.FastForwardAsync("05:01");
        await Expect(person).ToHaveAttributeAsync("data-state", "away");
        await bob.Page.Keyboard.PressAsync("Shift");
        await Expect(person).ToHaveAttributeAsync("data-state", "online");
    }

    [Fact]
    public async Task T1_36_200_arrivals_are_shown_at_most_once_a_second()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        var screen = await RoomScreen.OpenAsync(alice);
        await screen.Page.Locator("#people [data-name=alice]").WaitForAsync();
        var users = new List<Servers.Api>();
        foreach (var part in Enumerable.Range(0, 200).Chunk(4))
        {
            users.AddRange(await Task.WhenAll(part.Select(n => rig.Server.Owner.NewUserAsync($"visitor{n}"))));
        }

        await screen.Page.EvaluateAsync("""
            () => {
                window.shown = [];
                new MutationObserver(() => shown.push(performance.now()))
                    .observe(document.getElementById('people'), { attributes: true, attributeFilter: ['data-shown'] });
            }
            """);
        var streams = await Task.WhenAll(users.Select(user => user.FollowAsync("/v1/rooms/lobby/events")));
        await screen.UntilAsync("() => document.querySelectorAll('#people [data-state=online] li').length >= 201");

        var shown = await screen.Page.EvaluateAsync<double[]>("() => shown");
        var gaps = shown.Zip(shown.Skip(1), (a, b) => b - a);
        Bounded.Print($"{shown.Length} updates");
        Assert.All(gaps, gap => Assert.InRange(gap, 990, double.MaxValue));
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        foreach (var user in users)
        {
            user.Dispose();
        }
    }

    /// <summary>How long it takes until the room says so of who is typing.</summary>
    private static async Task<TimeSpan> ShownAsync(RoomScreen screen, string text)
    {
        var started = Stopwatch.GetTimestamp();
        await Expect(screen.Typing).ToHaveTextAsync(text);
        return Stopwatch.GetElapsedTime(started);
    }
}
