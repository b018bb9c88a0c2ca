namespace Culvert.Tests.Transports;

/// <summary>What roles and scopes do to each other; who may do what at all is in Access/AccessMatrixTests.</summary>
public sealed class ScopeTests
{
    private const string Den = "/v1/rooms/den";

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
        Assert.Equal(201, (await host.PostAsync("alice", "/v1/rooms", """{"name":"den","kind":"private"}""")).Status);
        return host;
    }
}
