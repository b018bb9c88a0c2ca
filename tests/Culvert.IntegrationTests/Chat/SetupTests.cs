using System.Net;
using Culvert.IntegrationTests.Processes;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The first minutes of a server: nobody but who reads its console becomes the owner.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class SetupTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_02_The_first_owner_is_made_with_the_code_and_then_the_page_is_gone()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var code = await CodeAsync(rig);
        var page = (await rig.StrangerAsync()).Page;

        await page.GotoAsync("/");
        Assert.EndsWith("/setup", page.Url, StringComparison.Ordinal);
        await FillAsync(page, "0000-0000-0000-0000");
        Assert.Contains(
            "not the code", await page.Locator("#code-problem").TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal("olga", await page.InputValueAsync("#name"));
        await FillAsync(page, code);

        await page.ReachesAsync("**/chat/rooms");
        Assert.Equal(1, await page.Locator(".me a[href='/chat/admin']").CountAsync());
        using var gone = await rig.Server.Owner.SendAsync(HttpMethod.Get, "/setup");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task T1_02_Without_the_code_the_form_is_refused_and_two_right_ones_at_once_make_one_owner()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var code = await CodeAsync(rig);
        var page = (await rig.StrangerAsync()).Page;

        await page.GotoAsync("/setup");
        var statuses = await page.EvaluateAsync<int[][]>(
            """
            async (code) => {
              const form = new FormData(document.getElementById("register"));
              const post = async (name, code) => {
                const body = new URLSearchParams(form);
                body.set("name", name);
                body.set("password", "a long enough password");
                body.set("code", code);
                const answer = await fetch("/setup", { method: "POST", body, redirect: "manual" });
                return answer.type === "opaqueredirect" ? 302 : answer.status;
              };
              const refused = [await post("eve", ""), await post("eve", "wrong-code-wrong-code")];
              return [refused, await Promise.all([post("olga", code), post("oleg", code)])];
            }
            """,
            code);

        Assert.Equal([403, 403], statuses[0]);
        Assert.Single(statuses[1], 302);
        Assert.Single(statuses[1], 404);
        var users = await rig.Server.Owner.MustAsync(HttpMethod.Get, "/v1/users");
        Assert.Single(
            users.GetProperty("users").EnumerateArray(),
            static user => user.GetProperty("name").GetString() is "olga" or "oleg");
    }

    private static async Task<string> CodeAsync(ChatRig rig) =>
        (await File.ReadAllTextAsync(Path.Combine(rig.Server.Data, "setup.code"), Bounded.Cancelled)).Trim();

    private static async Task FillAsync(IPage page, string code)
    {
        await page.FillAsync("#code", code);
        await page.FillAsync("#name", "olga");
        await page.FillAsync("#password", ChatRig.Password);
        await page.ClickAsync("#register button");
    }
}
