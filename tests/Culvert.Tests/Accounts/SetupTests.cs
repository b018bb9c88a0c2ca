using System.Net;
using System.Text.Json.Nodes;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Culvert.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Tests.Accounts;

public sealed class SetupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task T1_02_The_code_is_on_the_console_and_in_a_private_file()
    {
        await using var server = await TestServer.StartAsync();
        var path = Path.Combine(server.DataDirectory, SetupService.FileName);

        var code = CodeOf(server);

        Assert.Equal(code, (await File.ReadAllTextAsync(path, Cancel)).Trim());
        Assert.Matches("^[a-z2-9]{4}(-[a-z2-9]{4}){3}$", code);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        Assert.DoesNotContain(code, server.Log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T1_02_A_wrong_code_makes_nobody()
    {
        await using var server = await TestServer.StartAsync();
        var setup = SetupOf(server);

        foreach (var code in new[] { "", "aaaa-aaaa-aaaa-aaaa", CodeOf(server)[..^1], new string('x', 100_000) })
        {
            var made = await setup.CreateOwnerAsync(code, "Ann", TestServer.Password, Cancel);
            Assert.Equal(ErrorCode.Forbidden, made.Refusal?.Code);
        }

        Assert.True(await setup.IsNeededAsync(Cancel));
    }

    [Fact]
    public async Task T1_02_Two_right_codes_at_once_make_one_owner()
    {
        await using var server = await TestServer.StartAsync();
        var setup = SetupOf(server);
        var code = CodeOf(server).ToUpperInvariant();

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            setup.CreateOwnerAsync($" {code}\n", $"Ann{i}", TestServer.Password, Cancel)));

        var owner = Assert.Single(made, one => one.IsDone);
        Assert.Equal(RoomRole.Owner, owner.Value?.Role);
        Assert.All(made.Where(one => !one.IsDone), one => Assert.Equal(ErrorCode.NotFound, one.Refusal?.Code));
        using var response = await server.SendAsync(HttpMethod.Get, "/v1/users", token: server.OwnerToken);
        var list = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal([owner.Value!.Name, "owner"], list["users"]!.AsArray().Select(user => (string?)user!["name"]));
        await server.SignInAsync(owner.Value.Name);
    }

    [Fact]
    public async Task T1_02_Afterwards_there_is_no_set_up_and_no_code()
    {
        await using var server = await TestServer.StartAsync();
        var setup = SetupOf(server);
        var code = CodeOf(server);

        Assert.True((await setup.CreateOwnerAsync(code, "Ann", TestServer.Password, Cancel)).IsDone);

        Assert.False(await setup.IsNeededAsync(Cancel));
        Assert.False(File.Exists(Path.Combine(server.DataDirectory, SetupService.FileName)));
        var again = await setup.CreateOwnerAsync(code, "Bea", TestServer.Password, Cancel);
        Assert.Equal(ErrorCode.NotFound, again.Refusal?.Code);
    }

    [Theory]
    [InlineData("root", TestServer.Password, "invalid_name")]
    [InlineData("", TestServer.Password, "invalid_name")]
    [InlineData("Ann", "short", "bad_field")]
    [InlineData("Bea", TestServer.Password, "name_taken")]
    public async Task T1_02_What_is_wrong_with_the_form_is_told_to_who_has_the_code(
        string name, string password, string refusal)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Bea");
        var setup = SetupOf(server);

        var made = await setup.CreateOwnerAsync(CodeOf(server), name, password, Cancel);

        Assert.Equal(refusal, made.Refusal?.Code.Code);
        Assert.True(await setup.IsNeededAsync(Cancel));
    }

    [Fact]
    public async Task T1_02_The_api_works_before_and_an_owner_made_by_it_ends_the_need()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateUserAsync("Bea");
        Assert.True(await SetupOf(server).IsNeededAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, await server.MeAsync(cookie: await server.SignInAsync("Bea")));

        await server.CreateUserAsync("Ann", "owner");

        Assert.False(File.Exists(Path.Combine(server.DataDirectory, SetupService.FileName)));
        Assert.False(await SetupOf(server).IsNeededAsync(Cancel));
    }

    private static SetupService SetupOf(TestServer server) =>
        server.Server.Services.GetRequiredService<SetupService>();

    private static string CodeOf(TestServer server) => server.Server.Notice!.Split(' ')[^1];
}
