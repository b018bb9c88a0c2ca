using System.Security.Cryptography;
using System.Text;
using Culvert.IntegrationTests.Browsers;
using Culvert.IntegrationTests.Gateways;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>
/// WebSockets of other libraries on both sides of the gateway. What crossed is compared by its hash: each back end says
/// what it got, and sends it back.
/// </summary>
public sealed class GatewayInteropTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static readonly string[] Cases =
    [
        "plain", "text", "binary", "empty", "astral", "big", "fragments_out", "fragments_back", "ping",
        "client_closes", "backend_closes", "deflate", "client_leg", "backend_leg", "both_legs",
    ];

    public static TheoryData<string, string> Pairs =>
    [
        .. from client in (string[])["websockets.py", "aiohttp.py", "ws.js"]
           from backEnd in (string[])["websockets", "aiohttp", "ws"]
           select (client, backEnd),
    ];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Everything_a_client_and_a_back_end_say_crosses(string client, string backEnd)
    {
        var nonce = Guid.NewGuid().ToString();
        string[] cases = [.. Cases.Where(c => c != "fragments_out" || client != "aiohttp.py")];

        await using var peer = PeerProgram.Start(
            $"gateway_client_{client}", [gateway.Server.WebSocketAddress($"/{backEnd}").ToString(), nonce, .. cases]);
        peer.Input.Close();

        await peer.MustExitAsync(0, TimeSpan.FromSeconds(120));
        Assert.Equal(cases.Select(name => $"{name} ok"), peer.Output.Lines);
        await gateway.BackEnd(backEnd).ClosedAsync(4001, $"{nonce} grüße 🎉");
    }

    [Fact]
    public async Task A_page_in_Chromium_talks_to_each_back_end()
    {
        var script = await File.ReadAllTextAsync(Programs.Peer("gateway_page.js"), Bounded.Cancelled);
        await using var browser = await Chromium.OpenAsync(new Uri(gateway.Server.Address, "/healthz"));
        foreach (var backEnd in (string[])["websockets", "aiohttp", "ws"])
        {
            var nonce = Guid.NewGuid().ToString();
            var address = gateway.Server.WebSocketAddress($"/{backEnd}");

            var ran = await browser.EvaluateAsync($"({script.Trim()})('{address}', '{nonce}')", seconds: 120);

            Assert.Equal(14, ran.GetArrayLength());
            await gateway.BackEnd(backEnd).ClosedAsync(4001, $"{nonce} grüße 🎉");
        }
    }

    [Theory]
    [InlineData("websockets")]
    [InlineData("aiohttp")]
    [InlineData("ws")]
    public async Task Pings_between_fragments_are_answered_before_the_message_ends(string backEnd)
    {
        const int Fragments = 1000;
        using var client = await RawWebSocket.UpgradeAsync(gateway.Server.Address, $"/{backEnd}");
        var whole = new StringBuilder();

        for (var i = 0; i < Fragments; i++)
        {
            if (i % 100 == 50)
            {
                await client.SendFrameAsync(RawFrame.Ping, Encoding.ASCII.GetBytes($"ping {i}"));
                var pong = await client.ReadAsync();
                Assert.Equal((RawFrame.Pong, $"ping {i}"), (pong?.Opcode ?? 0, pong?.Text));
            }

            var part = $"part {i} 🎉 ";
            whole.Append(part);
            await client.SendAsync(RawFrame.Build(
                i == 0 ? RawFrame.TextMessage : RawFrame.Continuation,
                Encoding.UTF8.GetBytes(part),
                fin: i == Fragments - 1));
        }

        var body = Encoding.UTF8.GetBytes(whole.ToString());
        var receipt = await client.ReadAsync();
        Assert.Equal($"text {body.Length} {Convert.ToHexStringLower(SHA256.HashData(body))}", receipt?.Text);
        Assert.Equal(whole.ToString(), (await client.ReadAsync())?.Text);
    }
}
