using System.Net;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Making an account by the page.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class RegisterTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_07_Each_bad_field_says_so_where_it_is_and_the_others_keep_what_was_typed()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = (await rig.StrangerAsync()).Page;

        await page.GotoAsync("/register");
        await page.FillAsync("#name", "bad name!");
        await page.FillAsync("#title", "Нина 🌱 王");
        await page.FillAsync("#password", "short");
        await page.ClickAsync("#register button");

        Assert.Equal("true", await page.GetAttributeAsync("#name", "aria-invalid"));
        Assert.Equal("name-problem name-hint", await page.GetAttributeAsync("#name", "aria-describedby"));
        await Assertions.Expect(page.Locator("#name-problem")).ToContainTextAsync("letter or digit");
        await Assertions.Expect(page.Locator("#password-problem")).ToContainTextAsync("10 characters");
        Assert.Equal("bad name!", await page.InputValueAsync("#name"));
        Assert.Equal("Нина 🌱 王", await page.InputValueAsync("#title"));
        Assert.Equal("", await page.InputValueAsync("#password"));
        Assert.Equal(0, await page.Locator("#title-problem").CountAsync());
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("аdmin")]
    [InlineData("Anna")]
    [InlineData("аnna")]
    public async Task T1_07_Reserved_taken_and_confusable_names_are_refused(string name)
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var anna = await rig.Server.Owner.NewUserAsync("anna");
        var page = (await rig.StrangerAsync()).Page;

        await RegisterAsync(page, name);

        await Assertions.Expect(page.Locator("#name-problem")).ToContainTextAsync("taken or reserved");
    }

    [Theory]
    [InlineData("nina", "Нина")]
    [InlineData("Наташа", "")]
    [InlineData("小明", "小明 🌱")]
    public async Task T1_07_A_good_form_makes_the_account_and_signs_in(string name, string title)
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var page = (await rig.StrangerAsync()).Page;

        await RegisterAsync(page, name, title);

        await page.ReachesAsync("**/chat/rooms");
        Assert.Contains($"@{name}", await page.Locator(".me-name").TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains($"Hello @{name}!", await page.Locator(".note").TextContentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("invite")]
    public async Task T1_07_Where_the_policy_lets_nobody_in_there_is_no_form_and_the_endpoint_refuses(string policy)
    {
        await using var rig = await ChatRig.StartAsync(browser, "--registration", policy);
        var page = (await rig.StrangerAsync()).Page;

        await page.GotoAsync("/register");
        Assert.Equal(0, await page.Locator("#register").CountAsync());

        // The token of another form is good for this one; what refuses is the policy.
        var answer = await page.EvaluateAsync<int>(
            """
            async () => {
              const form = new URLSearchParams(new FormData(document.querySelector("form.languages")));
              form.set("name", "nina");
              form.set("password", "a long enough password");
              return (await fetch("/register", { method: "POST", body: form })).status;
            }
            """);
        Assert.Equal(403, answer);
    }

    [Fact]
    public async Task A_signed_in_visitor_is_led_away_from_signing_in_and_told_why()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");

        foreach (var path in new[] { "/login", "/register" })
        {
            await anna.Page.GotoAsync(path);
            Assert.Contains("/chat/rooms", anna.Page.Url, StringComparison.Ordinal);
            await Assertions.Expect(anna.Page.Locator(".note")).ToContainTextAsync("@anna");
        }
    }

    [Fact]
    public async Task A_stranger_is_asked_to_sign_in_and_comes_back_to_the_page()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var anna = await rig.Server.Owner.NewUserAsync("anna");
        var page = (await rig.StrangerAsync()).Page;

        await page.GotoAsync("/chat/search?q=tea");
        Assert.Contains("/login?next=", page.Url, StringComparison.Ordinal);
        Assert.Equal("Sign in to continue.", await page.Locator(".note").TextContentAsync());
        await page.FillAsync("#name", "anna");
        await page.FillAsync("#password", ChatRig.Password);
        await page.ClickAsync("#login button");

        await page.ReachesAsync("**/chat/search?q=tea");
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("https://evil.example/")]
    public async Task Signing_in_leads_to_no_other_server(string next)
    {
        await using var rig = await ChatRig.StartAsync(browser);
        using var anna = await rig.Server.Owner.NewUserAsync("anna");
        var page = (await rig.StrangerAsync()).Page;

        await page.GotoAsync($"/login?next={Uri.EscapeDataString(next)}");
        await page.FillAsync("#name", "anna");
        await page.FillAsync("#password", ChatRig.Password);
        await page.ClickAsync("#login button");

        await page.ReachesAsync("**/chat/rooms");
    }

    [Fact]
    public async Task Signing_out_is_a_post_only()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");

        using var got = await anna.Api.SendAsync(HttpMethod.Get, "/logout");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, got.StatusCode);

        await anna.Page.GotoAsync("/chat/rooms");
        await anna.Page.ClickAsync(".me form button");
        Assert.Equal("You are signed out.", await anna.Page.Locator(".note").TextContentAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await anna.Api.CallAsync(HttpMethod.Get, "/v1/me")).Status);
    }

    private static async Task RegisterAsync(IPage page, string name, string title = "")
    {
        await page.GotoAsync("/register");
        await page.FillAsync("#name", name);
        await page.FillAsync("#title", title);
        await page.FillAsync("#password", ChatRig.Password);
        await page.ClickAsync("#register button");
    }
}
