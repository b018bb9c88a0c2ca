using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Culvert.Server.Rooms;
using Culvert.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Accounts;

public sealed class AccountAuditTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_owners_do_to_accounts_is_on_the_list()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Ann", "owner");
        await server.CreateUserAsync("Bea");
        var ann = await server.SignInAsync("Ann");

        object[] changes = [new { role = "moderator" }, new { disabled = true }, new { disabled = false }];
        foreach (var body in changes)
        {
            await server.StatusAsync(HttpMethod.Patch, "/v1/users/bea", body, cookie: ann);
        }

        await server.StatusAsync(HttpMethod.Patch, "/v1/users/bea", new { disabled = false }, cookie: ann);
        await server.StatusAsync(HttpMethod.Post, "/v1/users/Bea/reset", cookie: ann);
        await server.StatusAsync(
            HttpMethod.Post, "/v1/users/Bea/password", new { password = "another horse" }, cookie: ann);
        using var made = await server.SendAsync(HttpMethod.Post, "/v1/invites", new { room = "lobby" }, cookie: ann);
        var invite = (await made.Content.ReadFromJsonAsync<JsonObject>(Cancel))!;
        await server.StatusAsync(HttpMethod.Delete, $"/v1/invites/{invite["id"]}", cookie: ann);

        var entries = await server.Server.Services.GetRequiredService<IAuditLog>().ListAsync(
            long.MaxValue, 100, Cancel);
        Assert.Equal(
            [
                "owner user Ann ", "owner user Bea ", "Ann role Bea ", "Ann disable Bea ", "Ann enable Bea ",
                "Ann reset Bea ", "Ann password Bea ", "Ann link  lobby", "Ann unlink  ",
            ],
            entries.Reverse().Select(one => $"{one.By} {one.Act} {one.Target} {one.Room}"));
        Assert.All(entries, one => Assert.Equal("127.0.0.1", one.Address));
        Assert.Equal("""{"role":"moderator"}""", entries[^3].Detail);
        Assert.DoesNotContain(entries, one => one.Detail?.Contains((string)invite["token"]!) == true);
    }
}
