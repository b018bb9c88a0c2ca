using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>What holds for every page: looked at one after another by a stranger and by an owner.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class PageListTests(BrowserFixture browser)
{
    private static readonly string[] Strange =
        ["/", "/login", "/register", "/join/nothing", "/reset/nothing", "/chat/x"];

    private static readonly string[] Known =
    [
        "/chat/rooms", "/chat/rooms/lobby/settings", "/chat/search", "/chat/search?q=kettle", "/chat/search?q=nowhere",
        "/chat/settings", "/chat/admin", "/chat/x",
    ];

    [Fact]
    public async Task T1_59_Axe_finds_nothing_on_any_page()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await FillAsync(rig);

        await VisitAsync(rig, "en", null, Axe.MustFindNothingAsync);
    }

    [Fact]
    public async Task T1_59_Axe_finds_nothing_on_dark_pages()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await FillAsync(rig);

        await VisitAsync(rig, "en", null, async page =>
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
            await Axe.MustFindNothingAsync(page);
        });
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ru")]
    public async Task T1_57_A_phone_shows_each_page_without_scrolling_sideways_and_with_large_targets(string language)
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await FillAsync(rig);

        await VisitAsync(rig, language, PageLayout.Phone, async page =>
        {
            await PageLayout.MustNotScrollSidewaysAsync(page);
            await PageLayout.MustHaveLargeTargetsAsync(page);
            Assert.DoesNotContain(
                "user-scalable",
                await page.Locator("meta[name=viewport]").GetAttributeAsync("content"),
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task T1_60_No_page_in_Russian_says_anything_in_English()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await FillAsync(rig);

        await VisitAsync(rig, "ru", null, async page =>
        {
            Assert.Equal("ru", await page.Locator("html").GetAttributeAsync("lang"));
            var english = await page.EvaluateAsync<string[]>(
                """
                () => {
                  // Names, which are the same in every language, and what is typed as it stands.
                  const known = new RegExp(["Culvert", "English", "owner", "member", "lobby", "kitchen", "olga", "anna",
                    "API", "QR", "PNG|JPEG|WebP", "Enter|@|/help|setup\\.code", "(from|in|before|after|has):\\S+",
                    "kettle|nowhere", "Chrome|Linux", "session\\.\\w+|read, write",
                    "[0-9a-f.:]+/[0-9]+", "UTC", "\\d+\\.\\d+[\\w.+-]*", "Headless"].join("|"), "g");
                  const said = [];
                  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                  while (walker.nextNode()) {
                    const { parentElement, data } = walker.currentNode;
                    if (!parentElement.closest("script, style, noscript, [lang=en], code, .hit-text")) said.push(data);
                  }
                  for (const e of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
                    if (!e.closest("[lang=en]")) {
                      said.push(...["aria-label", "title", "placeholder", "alt"].map((n) => e.getAttribute(n) ?? ""));
                    }
                  }
                  said.push(document.title);
                  return said.filter((text) => /[A-Za-z]{2}/.test(text.replace(known, "")));
                }
                """);
            Assert.True(english.Length == 0, $"{page.Url}\n{string.Join('\n', english)}");
        });
    }

    [Fact]
    public async Task T1_58_Nothing_moves_for_who_wants_no_motion_and_forced_colours_keep_the_edges_of_buttons()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await FillAsync(rig);

        await VisitAsync(rig, "en", null, async page =>
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions
            {
                ReducedMotion = ReducedMotion.Reduce,
                ForcedColors = ForcedColors.Active,
            });
            Assert.Equal(0, await page.EvaluateAsync<int>("() => document.getAnimations().length"));
            Assert.True(await page.EvaluateAsync<bool>(
                """
                () => [...document.querySelectorAll("button:not(.icon-button, .link), .button")]
                  .filter((e) => e.checkVisibility())
                  .every((e) => getComputedStyle(e).borderTopStyle === "solid")
                """));
        });
    }

    [Fact]
    public async Task T1_56_Each_page_can_be_walked_through_with_the_keyboard_and_shows_where_it_is()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await FillAsync(rig);

        await VisitAsync(rig, "en", null, async page =>
        {
            for (var step = 0; step < 12; step++)
            {
                await page.Keyboard.PressAsync("Tab");
                var seen = await page.EvaluateAsync<string>(
                    """
                    () => {
                      const e = document.activeElement;
                      if (!e || e === document.body) return "";
                      const style = getComputedStyle(e);
                      const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
                      return shown ? "" : e.outerHTML.slice(0, 120);
                    }
                    """);
                Assert.True(seen.Length == 0, $"{page.Url}: no focus to be seen on {seen}");
            }
        });
    }

    /// <summary>A room with messages and a member, so that the pages have something to show.</summary>
    private static async Task FillAsync(ChatRig rig)
    {
        using var anna = await rig.Server.Owner.NewUserAsync("anna");
        await anna.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"anna"}""");
        await anna.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"kitchen","kind":"private","topic":"kettle"}""");
        await anna.PublishTextsAsync("lobby", ["The kettle is boiling"]);
    }

    private static async Task VisitAsync(ChatRig rig, string language, ViewportSize? size, Func<IPage, Task> check)
    {
        // There has to be an owner, else the front page is that of the set-up.
        var olga = await rig.PersonAsync("olga", "owner", language, size);
        var stranger = await rig.StrangerAsync(language);
        if (size is not null)
        {
            await stranger.Page.SetViewportSizeAsync(size.Width, size.Height);
        }

        foreach (var path in Strange)
        {
            await stranger.Page.GotoAsync(path);
            await check(stranger.Page);
        }

        await olga.Api.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"olga"}""");
        foreach (var path in Known)
        {
            await olga.Page.GotoAsync(path);
            await check(olga.Page);
        }
    }
}
