using System.Net;
using System.Text.Json;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>No text becomes markup, in whatever field it stands, with and without scripts.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class PayloadTests(BrowserFixture browser)
{
    private const int PerRoom = 40;

    private const string CountHits = "window.hits = 0; window.hit = () => hits++; window.alert = () => hits++;";

    // What a page may hold: everything else came from a text.
    private const string FindForeign = """
        () => {
            const found = [];
            const own = new Set(("A ABBR ASIDE ARTICLE B BDI BLOCKQUOTE BODY BR BUTTON CODE DD DEL DETAILS DIALOG "
                + "DIV DL DT EM FIELDSET FIGURE FOOTER FORM H1 H2 H3 HEAD HEADER HTML IMG INPUT KBD LABEL LEGEND LI "
                + "LINK MAIN META NAV NOSCRIPT OL OPTION OUTPUT P path PRE PROGRESS SCRIPT SECTION SELECT SMALL SPAN "
                + "STRONG SUMMARY svg TEXTAREA TIME TITLE UL circle rect g").split(" "));
            const inBody = new Set("P BR STRONG EM DEL CODE PRE BLOCKQUOTE UL OL LI A SPAN BUTTON".split(" "));
            for (const e of document.querySelectorAll("*")) {
                const here = e.outerHTML.slice(0, 120);
                const inMessage = e.closest(".body") && !e.matches(".body");
                if (!own.has(e.tagName) && !own.has(e.tagName.toUpperCase()) || inMessage && !inBody.has(e.tagName)) {
                    found.push("element " + here);
                }
                if (e.tagName === "SCRIPT" && e.type !== "application/json"
                    && !e.src.startsWith(location.origin + "/chat/assets/")
                    || e.tagName === "LINK" && !/^(http:..127|blob:)/.test(e.href)) {
                    found.push("source " + here);
                }
                for (const { name, value } of e.attributes) {
                    const isHref = name === "href" && !/^(https?:|mailto:|blob:|\/|#)/i.test(value);
                    const isOwnStyle = name === "style" && e.matches("#composer textarea, [popover]");
                    if (/^on|^style$|^srcdoc$|^formaction$/i.test(name) && !isOwnStyle || isHref
                        || inMessage && !/^(href|rel|target|class|data-[\w-]+|type|start|tabindex)$/.test(name)) {
                        found.push(`attribute ${name} ${here}`);
                    }
                }
            }
            return [...found, ...(window.hits ? ["hits " + hits] : [])].slice(0, 5);
        }
        """;

    [Fact]
    public async Task T1_63_No_text_of_messages_files_and_reactions_becomes_markup()
    {
        Assert.True(Payloads.All.Distinct().Count() >= 300);
        using var directory = new TestDirectory();
        await using var rig = await StartUnlimitedAsync(directory);
        var bob = await rig.PersonAsync("bob");
        await bob.Page.AddInitScriptAsync(CountHits);
        var plain = await PlainAsync(bob); // Ends with the browser.
        foreach (var (batch, index) in Payloads.All.Chunk(PerRoom).Select(static (batch, index) => (batch, index)))
        {
            var room = $"room{index}";
            await FillAsync(rig, room, batch);

            var page = await bob.EnterAsync(room);
            await page.Locator($".message[data-seq='{batch.Length}']").WaitForAsync();
            Assert.Empty(await page.EvaluateAsync<string[]>(FindForeign));
            await plain.GotoAsync($"/chat/rooms/{room}");
            Assert.Empty(await plain.EvaluateAsync<string[]>(FindForeign));
        }
    }

    [Fact]
    public async Task T1_63_No_text_of_topics_and_names_becomes_markup_in_a_live_page()
    {
        using var directory = new TestDirectory();
        await using var rig = await StartUnlimitedAsync(directory);
        var bob = await rig.PersonAsync("bob");
        var mallory = await rig.PersonAsync("mallory");
        await bob.JoinAsync("lobby");
        await mallory.JoinAsync("lobby");
        await mallory.Api.PublishAsync("lobby", """{"text":"hello"}""");
        await bob.Page.AddInitScriptAsync(CountHits);
        var page = await bob.EnterAsync("lobby");

        foreach (var (payload, index) in Payloads.All.Select(static (payload, index) => (payload, index)))
        {
            var text = JsonSerializer.Serialize(payload);
            var title = JsonSerializer.Serialize(payload.Length <= 64 ? payload : payload[..64]);
            await AllowedAsync(rig.Server.Owner, HttpMethod.Patch, "/v1/rooms/lobby", $$"""{"topic":{{text}}}""");
            await AllowedAsync(mallory.Api, HttpMethod.Patch, "/v1/me", $$"""{"title":{{title}}}""");
            await AllowedAsync(rig.Server.Owner, HttpMethod.Post, "/v1/rooms", $$"""{"name":{{text}}}""");
            await AllowedAsync(
                rig.Server.Owner,
                HttpMethod.Post,
                "/v1/users",
                $$"""{"name":{{text}},"password":"{{ChatRig.Password}}"}""");
            if (index % 50 == 49)
            {
                await mallory.Api.PublishAsync("lobby", $$"""{"text":"seen {{index}}"}""");
                await page.Locator(".message .body", new() { HasText = $"seen {index}" }).WaitForAsync();
                Assert.Empty(await page.EvaluateAsync<string[]>(FindForeign));
            }
        }

        await page.GotoAsync("/chat/rooms");
        Assert.Empty(await page.EvaluateAsync<string[]>(FindForeign));
    }

    [Fact]
    public async Task T1_63_No_text_in_the_composer_becomes_markup()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var bob = await rig.PersonAsync("bob");
        await bob.Page.AddInitScriptAsync(CountHits);
        await bob.Page.RouteAsync("**/v1/people?**", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = JsonSerializer.Serialize(new
            {
                profiles = Payloads.All.Take(20).Select(static (p, i) => new { name = $"x{i}", title = p, avatar = p }),
            }),
        }));
        var page = await bob.EnterAsync("lobby");

        await page.FocusAsync("#composer textarea");
        await page.Keyboard.TypeAsync("@x");
        await page.Locator(".suggestions .away").First.WaitForAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>(FindForeign));
        await page.Keyboard.PressAsync("Escape");
        foreach (var batch in Payloads.All.Chunk(10))
        {
            // As names of files that are too big: they are shown and not sent.
            await page.EvaluateAsync(
                """
                names => {
                    document.querySelectorAll(".upload button:last-child").forEach(button => button.click());
                    const data = new DataTransfer();
                    names.forEach(name => data.items.add(new File([], name)));
                    document.querySelector("main").dispatchEvent(
                        new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
                }
                """,
                batch);
            Assert.Equal(batch.Length, await page.Locator(".upload").CountAsync());
            Assert.Empty(await page.EvaluateAsync<string[]>(FindForeign));
        }
    }

    /// <summary>Without a rate that some hundred changes in a moment would have to keep.</summary>
    private async Task<ChatRig> StartUnlimitedAsync(TestDirectory directory)
    {
        var settings = directory.File("culvert.json");
        await File.WriteAllTextAsync(
            settings, """{"rooms":{"publishPerSecond":1000000,"publishBurst":1000000}}""", Bounded.Cancelled);
        return await ChatRig.StartAsync(browser, "--config", settings);
    }

    /// <summary>A page of the same person in which no script runs.</summary>
    private static async Task<IPage> PlainAsync(Person person)
    {
        var context = await person.Context.Browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = person.Api.Address.ToString(),
            JavaScriptEnabled = false,
            StorageState = await person.Context.StorageStateAsync(),
        });
        return await context.NewPageAsync();
    }

    private static async Task FillAsync(ChatRig rig, string room, string[] batch)
    {
        await rig.Server.Owner.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"{{room}}"}""");
        for (var i = 0; i < batch.Length; i++)
        {
            // What is no file of the server is sent as it is: a reader must not believe it either.
            var (status, file) = await rig.Server.Owner.CallAsync(
                HttpMethod.Post, $"/v1/rooms/{room}/files?name={Uri.EscapeDataString(batch[i])}", "{}");
            var id = status == HttpStatusCode.Created ? file.GetProperty("id").GetString() : batch[i];
            var files = new[] { new { id, name = batch[i], size = 1, type = batch[i] } };
            var data = new { text = batch[i], reply = i, files };
            await rig.Server.Owner.MustAsync(
                HttpMethod.Post, $"/v1/rooms/{room}/messages", JsonSerializer.Serialize(new { data }));
            await AllowedAsync(
                rig.Server.Owner,
                HttpMethod.Put,
                $"/v1/rooms/{room}/messages/{i + 1}/reactions",
                JsonSerializer.Serialize(new { emoji = batch[i], on = true }));
        }
    }

    /// <summary>Taken or refused, but never the server's fault.</summary>
    private static async Task AllowedAsync(Api api, HttpMethod method, string path, string json)
    {
        var (status, body) = await api.CallAsync(method, path, json);
        Assert.True(status < HttpStatusCode.InternalServerError, $"{method} {path} {json}: {(int)status} {body}");
    }
}
