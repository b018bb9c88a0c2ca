using System.Net.Sockets;
using Culvert.Server.Fanout;
using Culvert.Server.Fanout.Redis;
using Culvert.Tests.Conformance;
using Culvert.Tests.Servers;

namespace Culvert.Tests.Fanout;

public sealed class RedisBusTests : WireBusConformance, IAsyncLifetime
{
    private RedisServer _server = null!; // Set before each test.

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync("--requirepass", "p@ss word");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_showing_it()
    {
        Assert.True(RedisAddress.TryParse($"redis://:wrong@127.0.0.1:{_server.Port}", out var address));
        var wire = new RedisWire(address!, "culvert:test", TimeProvider.System);

        var refused = await Assert.ThrowsAsync<IOException>(
            () => wire.SpeakAsync(TestContext.Current.CancellationToken));

        Assert.Contains("WRONGPASS", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong@", wire.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_of_the_socket()
    {
        await _server.KillAsync();

        await Assert.ThrowsAnyAsync<SocketException>(
            async () => await (await WireAsync("c")).ListenAsync(TestContext.Current.CancellationToken));
    }

    private protected override Task<IBusWire> WireAsync(string channel) =>
        Task.FromResult<IBusWire>(new RedisWire(Address(), channel, TimeProvider.System));

    private protected override async Task EndConnectionsAsync()
    {
        await using var connection = await RedisConnection.OpenAsync(Address(), TestContext.Current.CancellationToken);
        foreach (var kind in new[] { "pubsub", "normal" })
        {
            var command = new System.Buffers.ArrayBufferWriter<byte>();
            RedisConnection.Write(
                command,
                "CLIENT"u8.ToArray(),
                "KILL"u8.ToArray(),
                "TYPE"u8.ToArray(),
                System.Text.Encoding.ASCII.GetBytes(kind));
            await connection.SendAsync(command.WrittenMemory, TestContext.Current.CancellationToken);
            await connection.ReadReplyAsync(TestContext.Current.CancellationToken);
        }
    }

    private protected override Task StopServerAsync() => _server.KillAsync();

    private protected override Task StartServerAsync() => _server.StartAgainAsync();

    private RedisAddress Address()
    {
        Assert.True(RedisAddress.TryParse($"redis://:p%40ss%20word@127.0.0.1:{_server.Port}/3", out var address));
        return address!; // Parsed.
    }
}
