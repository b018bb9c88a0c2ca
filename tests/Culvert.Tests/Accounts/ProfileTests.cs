using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts.Avatars;
using Culvert.Tests.Accounts.Avatars;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Accounts;

public sealed class ProfileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T1_12_A_new_display_name_and_picture_appear_live_for_others()
    {
        await using var server = await StartAsync("Ann", "Bea");
        var (ann, bea) = (await server.SignInAsync("Ann"), await server.SignInAsync("Bea"));
        using var tab = await LiveLines.OpenAsync(server, bea, "lobby");

        await SetTitleAsync(server, ann, " Анна 🦊 ");
        var named = await tab.ReadAsync("profile");
        var profile = await SetAvatarAsync(server, ann, PngFile.Picture(PngFile.Grey, 1, 1, [0, 7]));
        var pictured = await tab.ReadAsync("profile");

        Assert.Equal(
            ("lobby", "Ann", "Анна 🦊"), ((string?)named["room"], (string?)named["from"], (string?)named["title"]));
        Assert.True(named.ContainsKey("avatar"));
        Assert.Null(named["avatar"]);
        Assert.NotNull((long?)profile["avatar"]);
        Assert.Equal((long?)profile["avatar"], (long?)pictured["avatar"]);
        Assert.Equal("Анна 🦊", (string?)pictured["title"]);
    }

    [Fact]
    public async Task T1_12_A_private_room_hears_of_its_members_only()
    {
        await using var server = await StartAsync("Ann", "Bea");
        var (ann, bea) = (await server.SignInAsync("Ann"), await server.SignInAsync("Bea"));
        await server.StatusAsync(HttpMethod.Post, "/v1/rooms", new { name = "den", kind = "private" }, cookie: bea);
        using var tab = await LiveLines.OpenAsync(server, bea, "den");

        await SetTitleAsync(server, ann, "first");
        await server.StatusAsync(HttpMethod.Post, "/v1/rooms/den/members", new { user = "Ann" }, cookie: bea);
        await SetTitleAsync(server, ann, "second");

        Assert.Equal("second", (string?)(await tab.ReadAsync("profile"))["title"]);
    }

    [Fact]
    public async Task T1_12_A_picture_is_written_anew_and_kept_by_its_version()
    {
        await using var server = await StartAsync("Ann", "Bea");
        var (ann, bea) = (await server.SignInAsync("Ann"), await server.SignInAsync("Bea"));
        var large = PngFile.Picture(
            PngFile.Rgb, 512, 300, new byte[300 * ((512 * 3) + 1)], PngFile.Chunk("tEXt", "place"u8.ToArray()));

        var version = (long?)(await SetAvatarAsync(server, ann, large))["avatar"];
        using var exact = await server.SendAsync(HttpMethod.Get, $"/v1/users/ann/avatar?v={version}", cookie: bea);
        using var other = await server.SendAsync(HttpMethod.Get, "/v1/users/Ann/avatar?v=1", cookie: bea);

        var picture = PngReader.Read(await exact.Content.ReadAsByteArrayAsync(Cancel), 256, out _);
        Assert.Equal((256, 150), (picture?.Width, picture?.Height));
        Assert.Equal("image/png", exact.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", exact.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("sandbox; default-src 'none'", exact.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("private, max-age=31536000, immutable", Caching(exact));
        Assert.Equal("private, no-cache", Caching(other));
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Get, $"/v1/users/Ann/avatar?v={version}");
        await server.RefusedAsync(404, "not_found", HttpMethod.Get, "/v1/users/Bea/avatar", cookie: bea);
        await server.RefusedAsync(404, "not_found", HttpMethod.Get, "/v1/users/Zoe/avatar", cookie: bea);
    }

    [Fact]
    public async Task T1_12_A_picture_that_is_changed_or_deleted_has_another_version()
    {
        await using var server = await StartAsync("Ann");
        var ann = await server.SignInAsync("Ann");
        var file = PngFile.Picture(PngFile.Grey, 1, 1, [0, 7]);

        var first = (long?)(await SetAvatarAsync(server, ann, file))["avatar"];
        var second = (long?)(await SetAvatarAsync(server, ann, file))["avatar"];
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/v1/me/avatar", cookie: ann);

        Assert.True(second > first);
        Assert.Contains("\"avatar\":null", await deleted.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await server.RefusedAsync(404, "not_found", HttpMethod.Get, "/v1/users/Ann/avatar", cookie: ann);
    }

    [Theory]
    [InlineData("image/svg+xml", 10, 415, "unsupported_type")]
    [InlineData("text/html", 10, 415, "unsupported_type")]
    [InlineData("image/png", 10, 400, "bad_field")]
    [InlineData("image/png", 1_200_001, 413, "too_large")]
    public async Task T1_12_What_is_no_small_png_is_refused(string type, int bytes, int status, string code)
    {
        await using var server = await StartAsync("Ann");
        var ann = await server.SignInAsync("Ann");

        await server.RefusedAsync(
            status, code, HttpMethod.Put, "/v1/me/avatar", Content(new byte[bytes], type), cookie: ann);
    }

    [Fact]
    public async Task T1_12_Profiles_are_read_by_name_with_those_of_disabled_users()
    {
        await using var server = await StartAsync("Ann", "Bea", "Cleo");
        var ann = await server.SignInAsync("Ann");
        await SetTitleAsync(server, ann, "Anna");
        await server.StatusAsync(HttpMethod.Patch, "/v1/users/Bea", new { disabled = true }, server.OwnerToken);

        var profiles = await ListAsync(server, "/v1/profiles?name=ANN&name=bea&name=nobody&name=%20&name=ann", ann);

        Assert.Equal(
            ["""{"name":"Ann","title":"Anna","avatar":null,"role":"member"}""",
                """{"name":"Bea","title":"Bea","avatar":null,"role":"member"}"""],
            profiles.Select(one => one.ToJsonString()));
        await server.RefusedAsync(400, "bad_field", HttpMethod.Get, "/v1/profiles", cookie: ann);
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Get, "/v1/profiles?name=Ann");
    }

    [Theory]
    [InlineData("", "Al,Alan,Bea,Zoe")]
    [InlineData("a", "Al,Alan,Zoe")]
    [InlineData("AL", "Al,Alan")]
    [InlineData("all", "")]
    [InlineData("ана", "Bea")]
    [InlineData("🦊", "Alan")]
    [InlineData("%", "")]
    [InlineData("_", "")]
    public async Task T1_12_People_are_found_by_the_beginning_of_either_name(string prefix, string found)
    {
        await using var server = await StartAsync("Al", "Alan", "Bea", "Zoe", "Gone");
        await SetTitleAsync(server, await server.SignInAsync("Alan"), "🦊 Fox");
        await SetTitleAsync(server, await server.SignInAsync("Bea"), "Ана");
        var zoe = await server.SignInAsync("Zoe");
        await SetTitleAsync(server, zoe, "A-lone");
        await server.StatusAsync(HttpMethod.Patch, "/v1/users/Gone", new { disabled = true }, server.OwnerToken);

        var people = await ListAsync(server, $"/v1/people?prefix={Uri.EscapeDataString(prefix)}", zoe);
        var first = await ListAsync(server, $"/v1/people?prefix={Uri.EscapeDataString(prefix)}&limit=1", zoe);

        Assert.Equal(found, string.Join(',', people.Select(one => (string?)one["name"])));
        Assert.Equal(people.Take(1).Select(one => one.ToJsonString()), first.Select(one => one.ToJsonString()));
        await server.RefusedAsync(400, "bad_limit", HttpMethod.Get, "/v1/people?limit=51", cookie: zoe);
    }

    [Fact]
    public async Task People_come_in_pages()
    {
        await using var server = await StartAsync("Ann", "Bea", "Cleo", "Dora", "Zoe");
        var zoe = await server.SignInAsync("Zoe");

        var first = await PageAsync(server, "/v1/people?limit=2", zoe);
        var next = await PageAsync(server, $"/v1/people?limit=2&after={first["next"]}", zoe);
        var last = await PageAsync(server, $"/v1/people?limit=2&after={next["next"]}", zoe);
        var back = await PageAsync(server, $"/v1/people?limit=2&before={last["previous"]}", zoe);
        var words = await PageAsync(server, "/v1/people?q=O", zoe);

        Assert.Equal(
            ["Ann,Bea", "Cleo,Dora", "Zoe", "Cleo,Dora", "Cleo,Dora,Zoe"],
            new[] { first, next, last, back, words }.Select(static page =>
                string.Join(',', page["profiles"]!.AsArray().Select(one => (string?)one!["name"]))));
        Assert.Null(first["previous"]);
        Assert.Null(last["next"]);
        await server.RefusedAsync(400, "bad_field", HttpMethod.Get, "/v1/people?after=a&before=b", cookie: zoe);
    }

    [Fact]
    public async Task T1_12_An_empty_display_name_goes_back_to_the_name()
    {
        await using var server = await StartAsync("Ann");
        var ann = await server.SignInAsync("Ann");
        await SetTitleAsync(server, ann, "Anna");

        Assert.Equal("Ann", (string?)(await SetTitleAsync(server, ann, ""))["title"]);

        await server.RefusedAsync(
            400, "bad_field", HttpMethod.Patch, "/v1/me", new { title = "Ann\u202E" }, cookie: ann);
        Assert.Empty(await ListAsync(server, "/v1/people?prefix=anna", ann));
    }

    [Fact]
    public async Task T1_12_A_profile_changes_only_so_often()
    {
        await using var server = await StartAsync("Ann");
        var ann = await server.SignInAsync("Ann");
        for (var i = 0; i < 10; i++)
        {
            await SetTitleAsync(server, ann, $"Ann {i}");
        }

        await server.RefusedAsync(
            429, "rate_limited", HttpMethod.Patch, "/v1/me", new { title = "Ann" }, cookie: ann);
    }

    private static async Task<TestServer> StartAsync(params string[] names)
    {
        var server = await TestServer.StartAsync();
        foreach (var name in names)
        {
            await server.CreateUserAsync(name);
        }

        return server;
    }

    private static async Task<JsonObject> SetTitleAsync(TestServer server, string cookie, string title)
    {
        using var response = await server.SendAsync(HttpMethod.Patch, "/v1/me", new { title }, cookie: cookie);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }

    private static async Task<JsonObject> SetAvatarAsync(TestServer server, string cookie, byte[] file)
    {
        using var response = await server.SendAsync(
            HttpMethod.Put, "/v1/me/avatar", Content(file, "image/png"), cookie: cookie);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }

    private static ByteArrayContent Content(byte[] file, string type)
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private static string Caching(HttpResponseMessage response) =>
        string.Join(", ", response.Headers.NonValidated["Cache-Control"]);

    private static async Task<IReadOnlyList<JsonObject>> ListAsync(TestServer server, string path, string cookie)
    {
        var list = await PageAsync(server, path, cookie);
        return [.. list["profiles"]!.AsArray().Select(one => one!.AsObject())];
    }

    private static async Task<JsonObject> PageAsync(TestServer server, string path, string cookie)
    {
        using var response = await server.SendAsync(HttpMethod.Get, path, cookie: cookie);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }
}
