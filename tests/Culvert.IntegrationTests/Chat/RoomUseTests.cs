using System.Net;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Processes;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>A busy room for those who use no pointer, who hear it read aloud, and who come by a slow line.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed partial class RoomUseTests(BrowserFixture browser)
{
    private const string Area = "#composer textarea";

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task T1_59_Axe_finds_nothing_in_a_busy_room(ColorScheme scheme)
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, page) = await EnterAsync(rig);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
        await alice.Api.MustAsync(
            HttpMethod.Put, "/v1/rooms/lobby/messages/1/reactions", """{"emoji":"👍","on":true}""");
        await page.Locator(".reactions button").First.WaitForAsync();

        await Axe.MustFindNothingAsync(page);
    }

    [Fact]
    public async Task T1_56_The_whole_script_needs_no_pointer()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var bob = await rig.Server.Owner.NewUserAsync("bob", "owner");
        using var alice = await rig.Server.Owner.NewUserAsync("alice");
        await alice.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"alice"}""");
        await bob.PublishTextsAsync("lobby", ["The kettle is boiling"]);
        var page = (await rig.StrangerAsync()).Page;

        await page.GotoAsync("/login");
        await page.Keyboard.TypeAsync("alice");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(ChatRig.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.ReachesAsync("**/chat/**");
        await ReachAsync(page, "Tab", "#rooms a[data-room=lobby]");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("html[data-live=true]").WaitForAsync();

        // Write, and edit what was written.
        await page.Locator($"{Area}:focus").WaitForAsync();
        await page.Keyboard.TypeAsync("Tea for al");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("article.message[data-seq='2']").WaitForAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.TypeAsync("l");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("article.message[data-seq='2']", new() { HasText = "Tea for all" }).WaitForAsync();

        // Reply to the other one, and react to it.
        await ReachAsync(page, "Shift+Tab", "article.message");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Locator("article.message[data-seq='1']:focus").WaitForAsync();
        await page.Keyboard.PressAsync("r");
        await page.Locator($"{Area}:focus").WaitForAsync();
        await page.Keyboard.TypeAsync("Coming");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("article.message[data-seq='3'] .quote").WaitForAsync();
        await ReachAsync(page, "Shift+Tab", "article.message");
        await page.Keyboard.PressAsync("+");
        await page.Locator(".emoji-picker input:focus").WaitForAsync();
        await page.Keyboard.TypeAsync("heart");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".reactions button").First.WaitForAsync();

        // Search.
        await ReachAsync(page, "Shift+Tab", "input[name=q]");
        await page.Keyboard.TypeAsync("kettle");
        await page.Keyboard.PressAsync("Enter");
        await page.ReachesAsync("**/chat/search?*");
        Assert.Contains("boiling", await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T1_66_The_first_load_of_a_room_is_at_most_150_KB()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var (alice, _) = await EnterAsync(rig);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        http.BaseAddress = alice.Api.Address;
        http.DefaultRequestHeaders.Add("Cookie", alice.Api.Cookie);
        http.DefaultRequestHeaders.Add("Accept-Encoding", "br");
        using var plain = new HttpClient(
            new SocketsHttpHandler { UseCookies = false, AutomaticDecompression = DecompressionMethods.All });
        plain.DefaultRequestHeaders.Add("Cookie", alice.Api.Cookie);

        var total = (await http.GetByteArrayAsync("/chat/rooms/lobby", Bounded.Cancelled)).LongLength;
        var html = await plain.GetStringAsync(
            new Uri(alice.Api.Address, "/chat/rooms/lobby"), Bounded.Cancelled);
        var files = AssetPattern().Matches(html).Select(static m => m.Value).Distinct().ToArray();
        foreach (var file in files)
        {
            total += (await http.GetByteArrayAsync(file, Bounded.Cancelled)).LongLength;
        }

        Bounded.Print($"{total / 1024.0:0.0} KB in {files.Length + 1} answers");
        Assert.InRange(files.Length, 20, 100);
        Assert.InRange(total, 1, 150 * 1024);
    }

    private static async Task<(Person Alice, IPage Page)> EnterAsync(ChatRig rig)
    {
        var alice = await rig.PersonAsync("alice");
        await alice.Api.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"alice"}""");
        using var bob = await rig.Server.Owner.NewUserAsync("bob", "owner");
        await bob.PublishTextsAsync(
            "lobby",
            ["Good morning **all**", "- one\n- two", "```sh\nls\n```", "@alice look: https://example.org", "🎉"]);
        return (alice, await alice.EnterAsync("lobby"));
    }

    /// <summary>Presses a key until something has the focus that fits, which must be seen to have it.</summary>
    private static async Task ReachAsync(IPage page, string key, string selector)
    {
        for (var step = 0; step < 60; step++)
        {
            await page.Keyboard.PressAsync(key);
            var shown = await page.EvaluateAsync<bool?>(
                """
                selector => {
                  const e = document.activeElement;
                  if (!e?.matches(selector)) return null;
                  const style = getComputedStyle(e);
                  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
                }
                """,
                selector);
            if (shown is not null)
            {
                Assert.True(shown, $"{selector} has the focus and does not show it");
                return;
            }
        }

        Assert.Fail($"{selector} is not reached by {key}");
    }

    [GeneratedRegex("/chat/assets/[0-9a-f]+/[^\"<> ]+\\.(json|js|css|svg|png)")]
    private static partial Regex AssetPattern();
}
