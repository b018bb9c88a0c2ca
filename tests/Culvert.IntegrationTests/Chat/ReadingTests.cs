using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using static Microsoft.Playwright.Assertions;

namespace Culvert.IntegrationTests.Chat;

/// <summary>How far a room was read: the number, the line above what is new, and marking by hand.</summary>
[Collection(nameof(RoomBrowserCollection))]
public sealed class ReadingTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_43_The_divider_stands_above_the_first_new_message_and_stays_there()
    {
        using var directory = new TestDirectory();
        var data = directory.File("data");
        await using (var rig = await ChatRig.StartOnAsync(browser, data))
        {
            var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
            await RoomScreen.PublishAsync(alice.Api, "lobby", [.. Enumerable.Range(1, 30).Select(n => $"old {n}")]);
            await bob.Api.MustAsync(HttpMethod.Put, "/v1/rooms/lobby/read", """{"seq":30}""");
            await RoomScreen.PublishAsync(
                alice.Api, "lobby", [.. Enumerable.Range(1, 7).Select(n => $"new {n}\na\nb\nc\nd\ne\nf")]);
            Assert.Equal(7, await UnreadAsync(bob.Api));

            // Higher than the window, so that nothing is read by being open.
            var screen = await RoomScreen.OpenAsync(bob);
            await AssertDividerAboveAsync(screen, 31);
            await Expect(screen.Divider).ToBeInViewportAsync();
            await RoomScreen.PublishAsync(alice.Api, "lobby", "new 8");
            await screen.SeesAsync("new 8");
            await AssertDividerAboveAsync(screen, 31);
            await screen.Page.ReloadAsync();
            await AssertDividerAboveAsync(screen, 31);
            await rig.Server.TerminateAsync();
        }

        await using var again = await ChatRig.StartOnAsync(browser, data);
        var person = await again.AgainAsync("bob");
        Assert.Equal(8, await UnreadAsync(person.Api));
        var after = await RoomScreen.OpenAsync(person);
        await AssertDividerAboveAsync(after, 31);

        // At the end, everything is read, and the line stays where it is.
        await after.ScrollUpAsync(0);
        await UntilReadAsync(person.Api, 38);
        await AssertDividerAboveAsync(after, 31);
    }

    [Fact]
    public async Task T1_44_Escape_marks_as_read_and_a_message_marks_unread_on_all_devices()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, bob) = (await rig.PersonAsync("alice"), await rig.PersonAsync("bob"));
        await RoomScreen.PublishAsync(alice.Api, "lobby", [.. Enumerable.Range(1, 60).Select(n => $"message {n}")]);
        await bob.Api.MustAsync(HttpMethod.Put, "/v1/rooms/lobby/read", """{"seq":10}""");
        var one = await RoomScreen.OpenAsync(bob);
        var other = await RoomScreen.OpenAsync(await rig.AgainAsync("bob"));
        await AssertDividerAboveAsync(one, 11);

        await one.Page.Keyboard.PressAsync("Escape");
        await UntilReadAsync(bob.Api, 60);
        await Expect(one.Divider).ToHaveCountAsync(0);

        await one.ActAsync(58, "Mark unread from here");
        await UntilReadAsync(bob.Api, 57);
        await AssertDividerAboveAsync(one, 58);
        await AssertDividerAboveAsync(other, 58);
        Assert.Equal(3, await UnreadAsync(bob.Api));

        // It is not taken for read at once because it is in view; a key says so.
        await RoomScreen.PublishAsync(alice.Api, "lobby", "one more");
        await one.SeesAsync("one more");
        await one.Page.EvaluateAsync("() => new Promise(done => setTimeout(done, 1500))");
        Assert.Equal(4, await UnreadAsync(bob.Api));
        await one.Page.Keyboard.PressAsync("Escape");
        await UntilReadAsync(bob.Api, 61);
    }

    private static async Task AssertDividerAboveAsync(RoomScreen screen, long seq)
    {
        await screen.Divider.WaitForAsync();
        await screen.UntilAsync(
            $"() => document.querySelector('#timeline .divider')?.nextElementSibling?.dataset.seq === '{seq}'");
    }

    private static async Task<long> UnreadAsync(Api api)
    {
        var room = await api.MustAsync(HttpMethod.Get, "/v1/rooms/lobby");
        return room.GetProperty("seq").GetInt64() - room.GetProperty("read").GetInt64();
    }

    private static async Task UntilReadAsync(Api api, long seq)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Bounded.Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            var room = await api.MustAsync(HttpMethod.Get, "/v1/rooms/lobby");
            if (room.GetProperty("read").GetInt64() == seq)
            {
                return;
            }
        }
    }
}
