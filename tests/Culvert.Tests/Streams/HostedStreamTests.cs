using Culvert.Server.Hosting;
using Culvert.Server.Streams;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Streams;

public sealed class HostedStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_in_culverts_own_server_is_told_when_it_drains()
    {
        var steps = new Steps<string>();
        var hooks = new ServerHooks
        {
            AddServices = services => services.AddCulvertStreams(),
            MapEndpoints = routes => routes.MapStream("/s", _ => StreamResults.Of(steps.Items(), Steps<string>.Type)),
        };
        await using var server = await TestServer.StartAsync(hooks: hooks);
        using var client = new HttpClient();
        var address = new Uri(new Uri(server.Server.Addresses[0]), "/s?format=sse");
        using var response = await StreamServer.Within(
            client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Cancel));
        await steps.AskedAsync(1);

        await StreamServer.Within(server.Server.StopAsync());

        var text = await StreamServer.Within(response.Content.ReadAsStringAsync(Cancel));
        Assert.EndsWith("event: shutdown\ndata: {\"type\":\"end\",\"reason\":\"shutdown\"}\n\n", text);
    }
}
