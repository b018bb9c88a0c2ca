using System.Net;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>What other sites can make a browser do that is signed in here: nothing.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class PageSafetyTests(BrowserFixture browser)
{
    private static readonly string[] Pages =
        ["/", "/login", "/register", "/chat/x", "/chat/rooms", "/chat/rooms/none/settings"];

    [Fact]
    public async Task T1_64_A_foreign_page_can_neither_post_nor_open_a_socket_nor_show_a_page_in_a_frame()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        using var foreign = new ForeignPage(rig.Server.Address);

        // A browser of its own: there the refusals are no faults.
        await using var context = await browser.Browser.NewContextAsync();
        await context.AddCookiesAsync((await anna.Context.CookiesAsync()).Select(static known =>
            new Microsoft.Playwright.Cookie
            {
                Name = known.Name,
                Value = known.Value,
                Domain = known.Domain,
                Path = "/",
            }));
        var page = await context.NewPageAsync();

        await page.GotoAsync(foreign.Address);
        var seen = await page.EvaluateAsync<string[]>(
            """
            async (target) => {
              const socket = await new Promise((resolve) => {
                const socket = new WebSocket(target.replace("http", "ws") + "v1/ws");
                socket.onopen = () => resolve("open");
                socket.onerror = () => resolve("refused");
              });
              const read = await fetch(target + "chat/rooms", { credentials: "include" })
                .then(() => "read", () => "refused");
              const frame = document.createElement("iframe");
              frame.src = target + "login";
              document.body.append(frame);
              await new Promise((resolve) => { frame.onload = resolve; });
              let framed = "refused";
              try { framed = frame.contentWindow.length >= 0 && frame.contentDocument ? "same" : "refused"; } catch { }
              return [socket, read, framed];
            }
            """,
            rig.Server.Address.ToString());
        Assert.Equal(["refused", "refused", "refused"], seen);
        Assert.DoesNotContain(page.Frames, frame => frame.ParentFrame is not null
            && frame.Url.StartsWith(rig.Server.Address.ToString(), StringComparison.Ordinal));

        // A form needs no permission to be sent; the answer is what counts.
        await page.SetContentAsync(
            $"<form method=post action='{rig.Server.Address}chat/rooms'><input name=name value=taken><button>x</form>");
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.ClickAsync("button"),
            response => response.Url.EndsWith("/chat/rooms", StringComparison.Ordinal));
        Assert.Contains(answer.Status, new[] { 302, 403 });
        Assert.Equal(
            HttpStatusCode.NotFound, (await rig.Server.Owner.CallAsync(HttpMethod.Get, "/v1/rooms/taken")).Status);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task T1_64_A_form_of_a_foreign_origin_is_refused_even_with_the_right_token(string header, string value)
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        await anna.Page.GotoAsync("/chat/rooms");
        var token = await anna.Page.Locator("#create input[name=form_token]").InputValueAsync();
        var cookies = string.Join("; ", (await anna.Context.CookiesAsync()).Select(static c => $"{c.Name}={c.Value}"));
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(header, value, token));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("Sec-Fetch-Site", "same-origin", "forged"));
        Assert.Equal(HttpStatusCode.Found, await PostAsync("Sec-Fetch-Site", "same-origin", token));

        async Task<HttpStatusCode> PostAsync(string name, string sent, string withToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(rig.Server.Address, "/chat/rooms"))
            {
                Content = new FormUrlEncodedContent([new("form_token", withToken), new("name", "kitchen")]),
            };
            request.Headers.Add("Cookie", cookies);
            request.Headers.Add(name, sent);
            using var response = await http.SendAsync(request, Bounded.Cancelled);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task S_01_and_S_19_Each_page_and_each_error_page_has_the_headers_that_keep_it_safe()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var anna = await rig.Server.Owner.NewUserAsync("anna");

        foreach (var path in Pages)
        {
            using var response = await anna.SendAsync(HttpMethod.Get, path);
            if (response.StatusCode == HttpStatusCode.Found)
            {
                continue;
            }

            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
            Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Opener-Policy").Single());
        }
    }

    [Fact]
    public async Task S_04_Signing_in_gives_a_session_that_nobody_could_have_set_before()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var anna = await rig.Server.Owner.NewUserAsync("anna");
        var stranger = await rig.StrangerAsync();
        await stranger.Context.AddCookiesAsync(
            [
                new Microsoft.Playwright.Cookie
                {
                    Name = "culvert_session",
                    Value = "planted",
                    Url = rig.Server.Address.ToString(),
                },
            ]);

        await stranger.Page.GotoAsync("/login");
        await stranger.Page.FillAsync("#name", "anna");
        await stranger.Page.FillAsync("#password", ChatRig.Password);
        await stranger.Page.ClickAsync("#login button");
        await stranger.Page.ReachesAsync("**/chat/rooms");

        var session = (await stranger.Context.CookiesAsync()).Single(static c => c.Name == "culvert_session");
        Assert.NotEqual("planted", session.Value);
        Assert.True(session.HttpOnly);
        Assert.Equal(SameSiteAttribute.Lax, session.SameSite);
    }

    [Fact]
    public async Task Pages_come_compressed_where_that_is_accepted_and_write_Russian_as_it_is()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var owner = await rig.Server.Owner.NewUserAsync("olga", "owner");
        using var stranger = new Api(rig.Server.Address);

        using var compressed = await stranger.SendAsync(HttpMethod.Get, "/", null, ("Accept-Encoding", "br"));
        using var plain = await stranger.SendAsync(HttpMethod.Get, "/", null, ("Accept-Language", "ru"));
        var text = await plain.Content.ReadAsStringAsync(Bounded.Cancelled);

        Assert.Equal("br", compressed.Content.Headers.ContentEncoding.Single());
        Assert.Contains("Простой чат для вашей команды", text, StringComparison.Ordinal);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", plain.Headers.Vary);
    }

    [Fact]
    public async Task Search_engines_are_asked_to_stay_away()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var stranger = new Api(rig.Server.Address);

        using var robots = await stranger.SendAsync(HttpMethod.Get, "/robots.txt");

        Assert.Equal(
            "User-agent: *\nDisallow: /\n", await robots.Content.ReadAsStringAsync(Bounded.Cancelled));
    }
}
