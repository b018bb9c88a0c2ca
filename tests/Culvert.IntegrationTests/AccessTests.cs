using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>Who may do what, with real accounts against the real server.</summary>
public sealed class AccessTests
{
    private static readonly string[] Columns =
        ["nobody", "stranger", "banned", "muted", "member", "mod", "creator", "owner"];

    private static readonly (string Method, string Path, string? Body, string Expected)[] Private =
    [
        ("GET", "", null, "401 404 404 200 200 200 200 200"),
        ("GET", "/events", null, "401 404 404 200 200 200 200 200"),
        ("GET", "/events?since=start", null, "401 404 404 200 200 200 200 200"),
        ("GET", "/members", null, "401 404 404 200 200 200 200 200"),
        ("PUT", "/read", """{"seq":1}""", "401 404 404 200 200 200 200 200"),
        ("POST", "/messages", """{"data":{"text":"hi"}}""", "401 404 404 403 201 201 201 201"),
        ("PUT", "/messages/1/reactions", """{"emoji":"x"}""", "401 404 404 403 200 200 200 200"),
        ("PATCH", "/messages/1", """{"data":1}""", "401 404 404 403 403 403 200 403"),
        ("PATCH", "", """{"topic":"t"}""", "401 404 404 403 403 200 200 200"),
        ("POST", "/mute", """{"user":"target"}""", "401 404 404 403 403 200 200 200"),
        ("POST", "/unmute", """{"user":"target"}""", "401 404 404 403 403 200 200 200"),
        ("POST", "/kick", """{"user":"target"}""", "401 404 404 403 403 200 200 200"),
        ("POST", "/ban", """{"user":"target"}""", "401 404 404 403 403 200 200 200"),
        ("POST", "/unban", """{"user":"target"}""", "401 404 404 403 403 200 200 200"),
        ("POST", "/clear", "{}", "401 404 404 403 403 200 200 200"),
    ];

    private static readonly (string Method, string Path, string? Body, string Expected)[] Public =
    [
        ("GET", "", null, "401 200 404 200 200 200 200 200"),
        ("GET", "/events", null, "401 200 404 200 200 200 200 200"),
        ("GET", "/members", null, "401 200 404 200 200 200 200 200"),
        ("POST", "/messages", """{"data":{"text":"hi"}}""", "401 201 404 403 201 201 201 201"),
        ("PUT", "/messages/1/reactions", """{"emoji":"x"}""", "401 200 404 403 200 200 200 200"),
        ("PATCH", "", """{"topic":"t"}""", "401 403 404 403 403 200 200 200"),
        ("POST", "/mute", """{"user":"target"}""", "401 403 404 403 403 200 200 200"),
        ("POST", "/ban", """{"user":"target"}""", "401 403 404 403 403 200 200 200"),
        ("POST", "/clear", "{}", "401 403 404 403 403 200 200 200"),
    ];

    [Fact]
    public async Task Every_role_gets_the_answer_of_the_table_in_a_private_and_in_a_public_room()
    {
        await using var server = await CulvertProcess.StartAsync();
        var users = await UsersAsync(server);
        List<string> wrong = [];
        foreach (var (room, kind, table) in (
            (string, string, (string Method, string Path, string? Body, string Expected)[])[])
            [("den", "private", Private), ("square", "public", Public)])
        {
            await PrepareAsync(users["creator"], room, kind);
            foreach (var (method, path, body, expected) in table)
            {
                List<int> got = [];
                foreach (var user in Columns)
                {
                    var (status, _) = await users[user].CallAsync(
                        new HttpMethod(method), $"/v1/rooms/{room}{path}", body, ("Accept", "application/json"));
                    got.Add((int)status);
                }

                var row = string.Join(' ', got);
                Bounded.Print($"{kind,-8} {method,-6} {path,-24} {row}");
                if (row != expected)
                {
                    wrong.Add($"{kind} {method} {path}: {row} in place of {expected}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        foreach (var user in users.Values)
        {
            user.Dispose();
        }
    }

    [Fact]
    public async Task What_is_for_owners_is_refused_to_others()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var nobody = new Api(server.Address);
        using var member = await server.Owner.NewUserAsync("member");
        (string Method, string Path, string? Body, string Expected)[] table =
        [
            ("GET", "/v1/users", null, "401 403 200"),
            ("GET", "/v1/me", null, "401 200 200"),
            ("GET", "/v1/rooms", null, "401 200 200"),
            ("POST", "/v1/rooms", """{"name":"room"}""", "401 201 409"),
            ("PATCH", "/v1/users/member", """{"role":"member"}""", "401 403 200"),
            ("POST", "/v1/users", """{"name":"newcomer","password":"correct horse battery"}""", "403 403 201"),
            ("GET", "/v1/no-such-thing", null, "404 404 404"),
            ("GET", "/healthz", null, "200 200 200"),
            ("GET", "/readyz", null, "200 200 200"),
            ("GET", "/metrics", null, "401 403 200"),
        ];

        foreach (var (method, path, body, expected) in table)
        {
            List<int> got = [];
            foreach (var user in (Api[])[nobody, member, server.Owner])
            {
                got.Add((int)(await user.CallAsync(new HttpMethod(method), path, body)).Status);
            }

            Assert.Equal($"{method} {path}: {expected}", $"{method} {path}: {string.Join(' ', got)}");
        }
    }

    private static async Task<Dictionary<string, Api>> UsersAsync(CulvertProcess server)
    {
        var users = new Dictionary<string, Api>
        {
            ["nobody"] = new(server.Address),
            ["owner"] = new(server.Address, server.Token),
        };
        foreach (var name in (string[])["stranger", "banned", "muted", "member", "mod", "creator", "target"])
        {
            users[name] = await server.Owner.NewUserAsync(name);
        }

        return users;
    }

    private static async Task PrepareAsync(Api creator, string room, string kind)
    {
        var path = $"/v1/rooms/{room}";
        await creator.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"{{room}}","kind":"{{kind}}"}""");
        await creator.MustAsync(HttpMethod.Post, $"{path}/messages", """{"data":{"text":"first"}}""");
        foreach (var name in (string[])["muted", "member", "banned", "target"])
        {
            await creator.MustAsync(HttpMethod.Post, $"{path}/members", $$"""{"user":"{{name}}"}""");
        }

        await creator.MustAsync(HttpMethod.Post, $"{path}/members", """{"user":"mod","role":"moderator"}""");
        await creator.MustAsync(HttpMethod.Post, $"{path}/mute", """{"user":"muted"}""");
        await creator.MustAsync(HttpMethod.Post, $"{path}/ban", """{"user":"banned"}""");
    }
}
