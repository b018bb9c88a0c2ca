using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Gateways;

/// <summary>Both far ends of a session that goes through a gateway.</summary>
internal sealed record GatewaySession(RawWebSocket Client, RawWebSocket BackEnd) : IDisposable
{
    /// <summary>Opens one, with buffers of that size in the kernel; 0 leaves them. One at a time.</summary>
    public static async Task<GatewaySession> OpenAsync(Uri gateway, RawBackEnd backEnd, string path, int buffer = 0)
    {
        var accepting = backEnd.AcceptAsync();
        var client = await RawWebSocket.UpgradeSmallAsync(gateway, path, buffer);
        return new GatewaySession(client, await accepting);
    }

    /// <summary>A text each way.</summary>
    public async Task GreetAsync()
    {
        await MustCrossAsync(Client, BackEnd, "hello");
        await MustCrossAsync(BackEnd, Client, "welcome");
    }

    /// <summary>Sends a text and reads it at the other end.</summary>
    public static async Task MustCrossAsync(RawWebSocket from, RawWebSocket to, string text)
    {
        await from.SendTextAsync(text);
        Assert.Equal(text, (await to.ReadAsync())?.Text);
    }

    public void Dispose()
    {
        Client.Dispose();
        BackEnd.Dispose();
    }
}
