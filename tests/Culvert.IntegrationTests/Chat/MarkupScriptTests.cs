using System.Text.Json;
using Culvert.Chat.Markup;
using Culvert.IntegrationTests.Processes;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The markup of messages in a browser; the table is the one that the server's renderer is tried on.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class MarkupScriptTests(BrowserFixture browser)
{
    // Marks, and what stands beside them: random texts of these reach every branch of both renderers.
    private static readonly string[] Parts =
    [
        "*", "**", "***", "_", "~~", "`", "``", "```", "\n", "\n\n", "\n```\n", "\n> ", "\n- ", "\n  - ",
        "\n1. ", " ", "a", "b1", "Б", "字", "\\", "[", "](", ")", "(", "https://a.example/", "http://",
        "mailto:a@b.example", "@alice", "@bob", "#lobby", "#x", ":tada:", ":", "<b>", "&", "\"", "\u202e",
        "\u200b", "e\u0301", "😀", ".", ",", "\t", "www.", "-", "é",
    ];

    private static readonly string CorpusPath = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../tests/Culvert.Tests/Chat/markup.json"));

    [Fact]
    public async Task T1_31_The_script_renders_each_text_of_the_table()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await OpenAsync(rig);
        var corpus = await File.ReadAllTextAsync(CorpusPath, Bounded.Cancelled);

        var wrong = await page.EvaluateAsync<string[]>(
            """
            text => {
                const corpus = JSON.parse(text);
                const rendered = corpus.render.map(({ text, html }) => [text, html, rendering(text)]);
                const only = corpus.emojiOnly.map(({ text, is }) => [text, is, markdown.isEmojiOnly(text)]);
                const plain = corpus.plain.map(({ text, plain }) => [text, plain, plainText(text)]);
                return [...rendered, ...only, ...plain].filter(([, a, b]) => a !== b).map(r => JSON.stringify(r));
            }
            """,
            corpus);

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task T1_31_Both_renderers_agree_on_random_texts()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await OpenAsync(rig);
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var texts = new string[5_000];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = string.Concat(random.GetItems(Parts, random.Next(1, 24)));
        }

        var html = await page.EvaluateAsync<string[]>("texts => texts.map(rendering)", texts);
        var cut = await page.EvaluateAsync<string[]>("texts => texts.map(text => cut(plainText(text), 12))", texts);

        var reader = new MarkupReader { Me = "alice", RoomHref = RoomHref };
        for (var i = 0; i < texts.Length; i++)
        {
            var expected = MarkupHtml.Render(texts[i], reader);
            Assert.True(
                expected == html[i], $"seed {seed}: {JsonSerializer.Serialize(texts[i])}\n{expected}\n{html[i]}");
            var beginning = MarkupText.Cut(MarkupText.Of(texts[i]), 12);
            Assert.True(
                beginning == cut[i], $"seed {seed}: {JsonSerializer.Serialize(texts[i])}\n{beginning}\n{cut[i]}");
        }
    }

    [Fact]
    public async Task T1_31_The_longest_text_takes_no_longer_than_its_length_says()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = await OpenAsync(rig);

        var slowest = await page.EvaluateAsync<double>(
            """
            parts => Math.max(...parts.map(part => {
                const text = part.repeat(16384 / part.length);
                const started = performance.now();
                markdown.render(text);
                return performance.now() - started;
            }))
            """,
            new[]
            {
                "*a ", "**a*_~~", "`a``b```c", "[a](", "[", "http://", "https://a.b/(", "@a", ":a", "> ", "- a\n",
            });

        Assert.True(slowest < 1_000, $"{slowest} ms");
    }

    [Fact]
    public async Task T1_31_A_block_of_code_is_copied_by_its_button()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var alice = await rig.PersonAsync("alice");
        await alice.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await rig.Server.Owner.PublishTextsAsync("lobby", ["```js\nlet a = '<b>';\n```"]);
        await alice.EnterAsync("lobby");

        await alice.Page.Locator(".body pre[data-language=js]").HoverAsync();
        await alice.Page.Locator(".body pre .copy").ClickAsync();
        await alice.Page.Locator(".body pre .copy[data-done]").WaitForAsync();

        Assert.Equal("let a = '<b>';", await alice.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task T1_32_Links_open_apart_and_tell_nothing_and_tricks_are_no_links()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await rig.Server.Owner.PublishTextsAsync(
            "lobby",
            [
                "see https://a.example/x_(y)). and javascript:alert(1) [x](javascript:alert(1)) "
                + "https://a.example/\u202egpj.exe https://user:pw@evil.example/ "
                + "[https://bank.example](https://evil.example)",
            ]);
        var alice = await rig.PersonAsync("alice");
        await alice.EnterAsync("lobby");

        var links = alice.Page.Locator(".body a");
        await links.First.WaitForAsync();

        Assert.Equal(1, await links.CountAsync());
        Assert.Equal("https://a.example/x_(y)", await links.First.GetAttributeAsync("href"));
        Assert.Equal("noopener noreferrer nofollow", await links.First.GetAttributeAsync("rel"));
        Assert.Equal("_blank", await links.First.GetAttributeAsync("target"));
    }

    [Fact]
    public async Task T1_33_A_message_of_nothing_but_emoji_is_larger()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        await rig.Server.Owner.PublishTextsAsync("lobby", ["fine :tada:", ":tada: 😀"]);
        var alice = await rig.PersonAsync("alice");
        await alice.EnterAsync("lobby");

        var sizes = await alice.Page.Locator(".message .body").EvaluateAllAsync<double[]>(
            "bodies => bodies.map(b => parseFloat(getComputedStyle(b).fontSize))");

        Assert.Equal("🎉 😀", (await alice.Page.Locator(".message .body").Last.TextContentAsync())?.Trim());
        Assert.True(sizes[^1] >= 1.5 * sizes[^2], $"{sizes[^2]} and {sizes[^1]}");
    }

    private static string? RoomHref(string name) =>
        name is "lobby" or "Кухня" or "dev-ops" ? "/chat/rooms/" + Uri.EscapeDataString(name) : null;

    private static async Task<IPage> OpenAsync(ChatRig rig)
    {
        var stranger = await rig.StrangerAsync();
        await stranger.Page.GotoAsync("/login");
        await stranger.Page.EvaluateAsync(
            """
            async () => {
                window.markdown = await import("/chat/assets/current/scripts/markdown.js");
                const { cut, plainText } = await import("/chat/assets/current/scripts/markdown-text.js");
                Object.assign(window, { cut, plainText });
                const rooms = ["lobby", "Кухня", "dev-ops"];
                const roomHref = name => rooms.includes(name) ? "/chat/rooms/" + encodeURIComponent(name) : null;
                window.rendering = text => {
                    const holder = document.createElement("div");
                    holder.append(markdown.render(text, { me: "alice", roomHref }));
                    return holder.innerHTML;
                };
            }
            """);
        return stranger.Page;
    }
}
