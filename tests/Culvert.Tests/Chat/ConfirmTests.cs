using System.Net;
using System.Text.RegularExpressions;
using Culvert.Chat;
using Culvert.Tests.Accounts;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Chat;

/// <summary>The page that asks for the password again, by its forms.</summary>
public sealed partial class ConfirmTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task S_18_The_page_asks_for_the_password_and_goes_on_with_what_was_asked()
    {
        await using var server = await StartAsync();
        var ann = await server.SignInAsync("ann");
        server.Time.Advance(TimeSpan.FromMinutes(10));
        using var tab = await LiveLines.OpenAsync(server, ann, "lobby");
        Dictionary<string, string> act = new() { ["user"] = "bea", ["role"] = "moderator" };

        using var asked = await PostAsync(server, ann, act);
        var page = await asked.Content.ReadAsStringAsync(Cancel);
        using var wrong = await PostAsync(server, ann, new(Hidden(Form(page))) { ["confirm"] = "wrong horse" });
        var again = await wrong.Content.ReadAsStringAsync(Cancel);
        using var done = await PostAsync(server, ann, new(Hidden(Form(again))) { ["confirm"] = TestServer.Password });

        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        Assert.Contains("Is it still you?", page, StringComparison.Ordinal);
        Assert.Equal(act, Hidden(Form(page)));
        Assert.Contains("not your current password", again, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong horse", again, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Redirect, "/chat/admin"), (done.StatusCode, done.Headers.Location?.ToString()));
        Assert.Equal("moderator", await RoleAsync(server));

        // The session goes on under a new secret: the old one is worth nothing, and nothing was closed.
        var renewed = Session().Match(string.Join('\n', done.Headers.GetValues("Set-Cookie"))).Groups[1].Value;
        Assert.Equal(HttpStatusCode.Unauthorized, await server.MeAsync(cookie: ann));
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: renewed));
        await tab.SendAsync("""{"id":7,"op":"ping"}""");
        Assert.NotNull(await tab.ReadReplyAsync(7));
        using var more = await PostAsync(server, renewed, new() { ["user"] = "bea", ["disabled"] = "true" });
        Assert.Equal(HttpStatusCode.Redirect, more.StatusCode);
    }

    [Fact]
    public async Task S_18_Wrong_passwords_there_are_limited_as_at_the_sign_in()
    {
        await using var server = await StartAsync();
        var ann = await server.SignInAsync("ann");
        Dictionary<string, string> guess = new() { ["user"] = "bea", ["confirm"] = "wrong horse" };

        HttpStatusCode last = default;
        for (var count = 0; count < 11; count++)
        {
            using var answer = await PostAsync(server, ann, guess);
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
    }

    [Fact]
    public async Task T1_60_The_page_is_shown_in_the_other_language_and_still_goes_on_with_what_was_asked()
    {
        await using var server = await StartAsync();
        var ann = await server.SignInAsync("ann");
        server.Time.Advance(TimeSpan.FromMinutes(10));
        Dictionary<string, string> act = new() { ["user"] = "bea", ["role"] = "moderator" };

        using var asked = await PostAsync(server, ann, act);
        var page = await asked.Content.ReadAsStringAsync(Cancel);
        var languages = page[page.IndexOf("class=\"languages\"", StringComparison.Ordinal)..];
        using var changed = await PostAsync(server, ann, new(Hidden(languages)) { ["language"] = "ru" });
        var russian = await changed.Content.ReadAsStringAsync(Cancel);
        using var done = await PostAsync(
            server, ann, new(Hidden(Form(russian))) { ["confirm"] = TestServer.Password });

        Assert.Contains("action=\"/chat/admin/users\" class=\"languages\"", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Contains("culvert_language=ru", string.Join('\n', changed.Headers.GetValues("Set-Cookie")));
        Assert.Contains("Это всё ещё вы?", russian, StringComparison.Ordinal);
        Assert.Equal(act, Hidden(Form(russian)));
        Assert.Equal(act, Hidden(languages));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        Assert.Equal("moderator", await RoleAsync(server));
    }

    private static async Task<TestServer> StartAsync()
    {
        var hooks = ChatApplication.Hooks(static address => address, new ChatOptions());
        var server = await TestServer.StartAsync(hooks: hooks);
        await server.CreateUserAsync("ann", "owner");
        await server.CreateUserAsync("bea");
        return server;
    }

    /// <summary>Sends a form as a browser does that was just shown one.</summary>
    private static async Task<HttpResponseMessage> PostAsync(
        TestServer server, string session, Dictionary<string, string> fields)
    {
        using var shown = await server.SendAsync(HttpMethod.Get, "/chat/settings", cookie: session);
        var token = FormToken().Match(await shown.Content.ReadAsStringAsync(Cancel)).Groups[1].Value;
        var cookie = FormCookie().Match(string.Join('\n', shown.Headers.GetValues("Set-Cookie"))).Value;
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(new Uri(server.Server.Addresses[0]), "/chat/admin/users"));
        request.Content = new FormUrlEncodedContent([.. fields, new("form_token", token)]);
        request.Headers.Add("Cookie", $"culvert_session={session}; {cookie}");
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await client.SendAsync(request, Cancel);
    }

    private static async Task<string?> RoleAsync(TestServer server)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/profiles?name=bea", token: server.OwnerToken);
        return Role().Match(await response.Content.ReadAsStringAsync(Cancel)).Groups[1].Value;
    }

    /// <summary>The form that asks, without the one that changes the language.</summary>
    private static string Form(string page)
    {
        var begin = page.IndexOf("id=\"confirm\"", StringComparison.Ordinal);
        return page[begin..page.IndexOf("</form>", begin, StringComparison.Ordinal)];
    }

    /// <summary>The fields that a form carries along.</summary>
    private static Dictionary<string, string> Hidden(string form) => HiddenField()
        .Matches(form)
        .Where(static match => match.Groups[1].Value is not "form_token" and not "next")
        .ToDictionary(static match => match.Groups[1].Value, static match => match.Groups[2].Value);

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex HiddenField();

    [GeneratedRegex("""name="form_token" value="([^"]+)""")]
    private static partial Regex FormToken();

    [GeneratedRegex("culvert_form=[^;]+")]
    private static partial Regex FormCookie();

    [GeneratedRegex("culvert_session=([^;]+)")]
    private static partial Regex Session();

    [GeneratedRegex("\"role\":\"([a-z]+)\"")]
    private static partial Regex Role();
}
