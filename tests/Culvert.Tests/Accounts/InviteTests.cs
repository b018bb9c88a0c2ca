using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Accounts;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Accounts;

public sealed class InviteTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T1_17_An_invitation_lets_one_in_and_the_second_sees_that_it_is_over()
    {
        await using var server = await TestServer.StartAsync();
        var invite = await InviteAsync(server, new { });

        Assert.Equal(HttpStatusCode.Created, await RegisterAsync(server, "Ann", invite));
        var problem = await RefusedAsync(server, "Bea", invite);

        Assert.Matches("^[A-Za-z0-9_-]{22}$", (string?)invite["token"]);
        Assert.Equal($"/join/{invite["token"]}", (string?)invite["path"]);
        Assert.Contains("not valid", (string?)problem["title"], StringComparison.Ordinal);
        await server.SignInAsync("Ann");
    }

    [Fact]
    public async Task T1_17_Unknown_expired_revoked_and_used_look_the_same()
    {
        await using var server = await TestServer.StartAsync();
        var expired = await InviteAsync(server, new { expiresMs = 60_000 });
        server.Time.Advance(TimeSpan.FromMinutes(1));
        var revoked = await InviteAsync(server, new { });
        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(server, revoked, server.OwnerToken));
        var used = await InviteAsync(server, new { });
        await RegisterAsync(server, "Ann", used);
        var unknown = new JsonObject { ["token"] = new string('A', 22) };
        var nonsense = new JsonObject { ["token"] = new string('x', 1000) };

        var answers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var invite in new[] { expired, revoked, used, unknown, nonsense })
        {
            answers.Add((await RefusedAsync(server, "Bea", invite)).ToJsonString());
        }

        Assert.Single(answers);
        await server.RefusedAsync(
            404, "not_found", HttpMethod.Delete, $"/v1/invites/{revoked["id"]}", token: server.OwnerToken);
    }

    [Fact]
    public async Task T1_17_Many_at_once_get_no_more_than_its_uses()
    {
        await using var server = await TestServer.StartAsync();
        var invite = await InviteAsync(server, new { uses = 3 });

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => RegisterAsync(server, $"user{i}", invite)));

        Assert.Equal(3, answers.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(5, answers.Count(status => status == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task T1_17_A_form_that_is_refused_uses_nothing_up()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Bea");
        var invite = await InviteAsync(server, new { });

        Assert.Equal(HttpStatusCode.Conflict, await RegisterAsync(server, "Bea", invite));
        Assert.Equal(HttpStatusCode.BadRequest, await RegisterAsync(server, "owner", invite));
        Assert.Equal(HttpStatusCode.Created, await RegisterAsync(server, "Ann", invite));
    }

    [Fact]
    public async Task T1_17_An_invitation_with_a_room_brings_the_newcomer_into_it()
    {
        await using var server = await TestServer.StartAsync();
        await CreateRoomAsync(server, "secret", server.OwnerToken);
        var invite = await InviteAsync(server, new { room = "secret" });

        await RegisterAsync(server, "Ann", invite);

        Assert.True((bool?)(await RoomAsync(server, "secret", await server.SignInAsync("Ann")))["joined"]);
    }

    [Fact]
    public async Task T1_17_A_signed_in_user_takes_it_for_its_room()
    {
        await using var server = await TestServer.StartAsync();
        await CreateRoomAsync(server, "secret", server.OwnerToken);
        await server.CreateUserAsync("Ann");
        await server.CreateUserAsync("Bea");
        var (ann, bea) = (await server.SignInAsync("Ann"), await server.SignInAsync("Bea"));
        var invite = await InviteAsync(server, new { room = "SECRET" });
        var another = await InviteAsync(server, new { room = "secret" });

        Assert.Equal("secret", (string?)(await AcceptAsync(server, invite, ann))["room"]);
        Assert.Equal("secret", (string?)(await AcceptAsync(server, another, ann))["room"]);

        Assert.Equal([IdOf(another)], (await ListAsync(server, server.OwnerToken)).Select(IdOf));
        Assert.True((bool?)(await RoomAsync(server, "secret", ann))["joined"]);
        await server.RefusedAsync(403, "link_invalid", HttpMethod.Post, "/v1/invites/accept", invite, cookie: bea);
        await server.RefusedAsync(404, "not_found", HttpMethod.Get, "/v1/rooms/secret", cookie: bea);
        await server.RefusedAsync(401, "unauthorized", HttpMethod.Post, "/v1/invites/accept", invite);
    }

    [Fact]
    public async Task T1_17_Who_is_banned_does_not_come_back_by_an_invitation()
    {
        await using var server = await TestServer.StartAsync();
        await CreateRoomAsync(server, "secret", server.OwnerToken);
        await server.CreateUserAsync("Ann");
        var ann = await server.SignInAsync("Ann");
        var invite = await InviteAsync(server, new { room = "secret", uses = 5 });
        await server.StatusAsync(HttpMethod.Post, "/v1/rooms/secret/ban", new { user = "Ann" }, server.OwnerToken);

        await server.RefusedAsync(403, "link_invalid", HttpMethod.Post, "/v1/invites/accept", invite, cookie: ann);
    }

    [Fact]
    public async Task T1_17_Moderators_of_a_room_invite_to_it_and_let_no_strangers_in()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann");
        await server.CreateUserAsync("Bea");
        var (ann, bea) = (await server.SignInAsync("Ann"), await server.SignInAsync("Bea"));
        await CreateRoomAsync(server, "club", cookie: ann);

        var invite = await InviteAsync(server, new { room = "club" }, ann);

        await RefusedAsync(server, "Zoe", invite);
        await AcceptAsync(server, invite, bea);
        await server.RefusedAsync(403, "forbidden", HttpMethod.Post, "/v1/invites", new { }, cookie: ann);
        await server.RefusedAsync(403, "forbidden", HttpMethod.Post, "/v1/invites", new { room = "club" }, cookie: bea);
        await server.RefusedAsync(404, "not_found", HttpMethod.Post, "/v1/invites", new { room = "x" }, cookie: bea);
    }

    [Fact]
    public async Task T1_17_Who_lost_the_right_invites_nobody()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann", "moderator");
        var ann = await server.SignInAsync("Ann");
        var first = await InviteAsync(server, new { uses = 5 }, ann);
        Assert.Equal(HttpStatusCode.Created, await RegisterAsync(server, "Bea", first));

        await server.StatusAsync(HttpMethod.Patch, "/v1/users/Ann", new { role = "member" }, server.OwnerToken);
        await RefusedAsync(server, "Cleo", first);
        await server.StatusAsync(HttpMethod.Patch, "/v1/users/Ann", new { role = "moderator" }, server.OwnerToken);
        Assert.Equal(HttpStatusCode.Created, await RegisterAsync(server, "Cleo", first));
        await server.StatusAsync(HttpMethod.Patch, "/v1/users/Ann", new { disabled = true }, server.OwnerToken);
        await RefusedAsync(server, "Dora", first);
    }

    [Theory]
    [InlineData(RegistrationPolicy.Closed, 403)]
    [InlineData(RegistrationPolicy.Invite, 201)]
    [InlineData(RegistrationPolicy.Open, 201)]
    public async Task T1_17_Where_registration_is_closed_no_invitation_opens_it(RegistrationPolicy policy, int status)
    {
        await using var server = await TestServer.StartAsync(options => options with
        {
            Accounts = options.Accounts with { Registration = policy },
        });
        var invite = await InviteAsync(server, new { });

        Assert.Equal(status, (int)await RegisterAsync(server, "Ann", invite));
    }

    [Theory]
    [InlineData("""{"uses":0}""")]
    [InlineData("""{"uses":1001}""")]
    [InlineData("""{"expiresMs":59999}""")]
    [InlineData("""{"expiresMs":7776000001}""")]
    [InlineData("""{"uses":"one"}""")]
    public async Task T1_17_A_bad_order_is_told_what_is_wrong(string json)
    {
        await using var server = await TestServer.StartAsync();

        await server.RefusedAsync(
            400, "bad_field", HttpMethod.Post, "/v1/invites", JsonNode.Parse(json), server.OwnerToken);
    }

    [Fact]
    public async Task T1_17_Owners_list_and_withdraw_all_and_others_their_own()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann", "moderator");
        var ann = await server.SignInAsync("Ann");
        var own = await InviteAsync(server, new { uses = 2 }, ann);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        var other = await InviteAsync(server, new { });
        await RegisterAsync(server, "Bea", own);

        var all = await ListAsync(server, server.OwnerToken);
        var mine = await ListAsync(server, cookie: ann);

        Assert.Equal(["owner", "Ann"], all.Select(one => (string?)one["by"]));
        Assert.Equal([(2, 1)], mine.Select(one => ((int)one["uses"]!, (int)one["left"]!)));
        Assert.All(all, one => Assert.Null(one["token"]));
        Assert.Equal(HttpStatusCode.NotFound, await RevokeAsync(server, other, cookie: ann));
        Assert.Equal(HttpStatusCode.NoContent, await RevokeAsync(server, own, server.OwnerToken));
        Assert.Empty(await ListAsync(server, cookie: ann));
    }

    private static async Task<JsonObject> InviteAsync(TestServer server, object body, string? cookie = null)
    {
        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/invites", body, cookie is null ? server.OwnerToken : null, cookie);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }

    private static string IdOf(JsonObject invite) => invite["id"]!.ToString();

    private static Task<HttpStatusCode> RegisterAsync(TestServer server, string name, JsonObject invite) =>
        server.StatusAsync(HttpMethod.Post, "/v1/users", Form(name, invite));

    private static Task<JsonObject> RefusedAsync(TestServer server, string name, JsonObject invite) =>
        server.RefusedAsync(403, "link_invalid", HttpMethod.Post, "/v1/users", Form(name, invite));

    private static object Form(string name, JsonObject invite) =>
        new { name, password = TestServer.Password, invite = (string?)invite["token"] };

    private static Task<HttpStatusCode> RevokeAsync(
        TestServer server, JsonObject invite, string? token = null, string? cookie = null) =>
        server.StatusAsync(HttpMethod.Delete, $"/v1/invites/{invite["id"]}", null, token, cookie);

    private static async Task<JsonObject> AcceptAsync(TestServer server, JsonObject invite, string cookie)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/v1/invites/accept", invite, cookie: cookie);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }

    private static async Task<IReadOnlyList<JsonObject>> ListAsync(
        TestServer server, string? token = null, string? cookie = null)
    {
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/invites", null, token, cookie);
        var list = await response.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return [.. list!["invites"]!.AsArray().Select(one => one!.AsObject())];
    }

    private static async Task<JsonObject> RoomAsync(TestServer server, string room, string cookie)
    {
        using var response = await server.SendAsync(HttpMethod.Get, $"/v1/rooms/{room}", cookie: cookie);
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
    }

    private static async Task CreateRoomAsync(
        TestServer server, string name, string? token = null, string? cookie = null) => Assert.Equal(
        HttpStatusCode.Created,
        await server.StatusAsync(HttpMethod.Post, "/v1/rooms", new { name, kind = "private" }, token, cookie));
}
