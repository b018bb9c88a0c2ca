using System.Net;
using Culvert.Chat;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Chat;

public sealed class DemoTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_front_page_of_a_demonstration_says_that_nobody_owns_it_until_somebody_does()
    {
        var hooks = ChatApplication.Hooks(static address => address, new ChatOptions());
        await using var server = await TestServer.StartAsync(static options => options with { Demo = true }, hooks);

        var before = await PageAsync(server);
        await server.CreateUserAsync("ann", "owner");
        var after = await PageAsync(server);

        Assert.Contains("href=\"/setup\"", before, StringComparison.Ordinal);
        Assert.Contains("runs as a demonstration", before, StringComparison.Ordinal);
        Assert.DoesNotContain("/setup", after, StringComparison.Ordinal);
        Assert.Contains("runs as a demonstration", after, StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(TestServer server)
    {
        using var page = await server.SendAsync(HttpMethod.Get, "/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return await page.Content.ReadAsStringAsync(Cancel);
    }
}
