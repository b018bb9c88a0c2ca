namespace Culvert.Tests.Transports;

/// <summary>Who may do what over HTTP in a private room, for every endpoint.</summary>
public sealed class AccessMatrixTests
{
    private const string Den = "/v1/rooms/den";

    // Carol is a stranger, erin muted, bob a member, dave a moderator, alice the owner, frank banned.
    private static readonly string?[] Tokens = [null, "carol", "frank", "erin", "bob", "dave", "alice"];

    [Theory]
    [InlineData("GET", "", null, "401 404 404 200 200 200 200")]
    [InlineData("GET", "/events", null, "401 404 404 200 200 200 200")]
    [InlineData("GET", "/events?since=start", null, "401 404 404 200 200 200 200")]
    [InlineData("HEAD", "/events", null, "401 404 404 200 200 200 200")]
    [InlineData("GET", "/members", null, "401 404 404 200 200 200 200")]
    [InlineData("PUT", "/read", """{"seq":1}""", "401 404 404 200 200 200 200")]
    [InlineData("POST", "/messages", """{"data":1}""", "401 404 404 403 201 201 201")]
    [InlineData("POST", "/messages", """[{"data":1}]""", "401 404 404 403 201 201 201")]
    [InlineData("PATCH", "/messages/1", """{"data":1}""", "401 404 404 403 403 403 200")]
    [InlineData("DELETE", "/messages/1", null, "401 404 404 403 403 200 404")]
    [InlineData("PUT", "/messages/1/reactions", """{"emoji":"x"}""", "401 404 404 403 200 200 200")]
    [InlineData("PATCH", "", """{"topic":"t"}""", "401 404 404 403 403 200 200")]
    [InlineData("PATCH", "", """{"kind":"public"}""", "401 404 404 403 403 403 200")]
    [InlineData("POST", "/members", """{"user":"marshal"}""", "401 404 404 403 403 201 200")]
    [InlineData("DELETE", "/members/marshal", null, "401 404 404 403 403 403 403")]
    [InlineData("DELETE", "/members/erin", null, "401 404 404 200 403 404 404")]
    [InlineData("POST", "/kick", """{"user":"bob"}""", "401 404 404 403 403 200 200")]
    [InlineData("POST", "/ban", """{"user":"bob"}""", "401 404 404 403 403 200 200")]
    [InlineData("POST", "/unban", """{"user":"bob"}""", "401 404 404 403 403 200 200")]
    [InlineData("POST", "/mute", """{"user":"bob"}""", "401 404 404 403 403 200 200")]
    [InlineData("POST", "/unmute", """{"user":"bob"}""", "401 404 404 403 403 200 200")]
    [InlineData("POST", "/clear", null, "401 404 404 403 403 200 200")]
    public async Task Access_goes_by_role(string method, string path, string? body, string expected)
    {
        await using var host = await StartAsync();

        List<int> statuses = [];
        foreach (var token in Tokens)
        {
            var request = ApiHost.Request(new HttpMethod(method), token, Den + path, body, accept: "application/json");
            statuses.Add((await host.SendAsync(request)).Status);
        }

        Assert.Equal(expected, string.Join(' ', statuses));
    }

    [Theory]
    [InlineData("GET", "", null)]
    [InlineData("POST", "/messages", """{"data":1}""")]
    [InlineData("PATCH", "", """{"kind":"public"}""")]
    [InlineData("POST", "/ban", """{"user":"alice"}""")]
    [InlineData("POST", "/clear", null)]
    public async Task The_owner_of_the_server_may_do_it_all_and_a_token_no_more_than_its_scopes(
        string method, string path, string? body)
    {
        await using var host = await StartAsync();

        var owner = await host.SendAsync(ApiHost.Request(new HttpMethod(method), "owner", Den + path, body));
        var token = await host.SendAsync(ApiHost.Request(new HttpMethod(method), "owner:none", Den + path, body));

        Assert.InRange(owner.Status, 200, 201);
        Assert.Contains(token.Status, (int[])[403, 404]);
    }

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        (string Path, string Body)[] steps =
        [
            ("/v1/rooms", """{"name":"den","kind":"private"}"""),
            (Den + "/messages", """{"data":{"text":"hi"}}"""),
            (Den + "/members", """{"user":"bob"}"""),
            (Den + "/members", """{"user":"erin"}"""),
            (Den + "/members", """{"user":"frank"}"""),
            (Den + "/members", """{"user":"dave","role":"moderator"}"""),
            (Den + "/mute", """{"user":"erin"}"""),
            (Den + "/ban", """{"user":"frank"}"""),
        ];
        foreach (var (path, body) in steps)
        {
            Assert.InRange((await host.PostAsync("alice", path, body)).Status, 200, 201);
        }

        return host;
    }
}
