using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>A route whose ends agreed that a Close 1000 ends one direction alone.</summary>
public sealed class GatewayHalfCloseTests
{
    [Theory]
    [InlineData(PipeMode.Frames)]
    [InlineData(PipeMode.Messages)]
    [Row("5.4-01", Way.SocketsThere)]
    public async Task A_Close_1000_leaves_the_answer_of_a_WebSocket_open(PipeMode mode)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(
            new PipeRouteOptions { Targets = [backEnd.Target], Mode = mode, HalfClose = true });
        var (client, peer, _, _) = await GatewayRig.JoinAsync(server, backEnd);
        using var held = client;
        using var heldToo = peer;
        await client.SendTextAsync("ask");
        await client.SendCloseAsync(1000, "done");
        Assert.Equal("ask", (await RawMessage.ReadAsync(peer)).Text);
        Assert.Equal("done", (await peer.ReadCloseAsync()).Reason);

        await peer.SendTextAsync("answer");
        Assert.Equal("answer", (await RawMessage.ReadAsync(client)).Text);
        await peer.SendCloseAsync(1000, "too");
        peer.Finish();

        Assert.Equal("too", (await client.ReadCloseAsync()).Reason);
        await client.MustEndAsync();
    }

    [Fact]
    [Row("5.4-01", Way.ToBytesThere)]
    public async Task A_Close_1000_is_the_end_of_bytes_whose_answer_still_comes()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(
            new PipeRouteOptions { Targets = [backEnd.BytesTarget], HalfClose = true });
        var (client, peer) = await GatewayRig.JoinBytesAsync(server, backEnd);
        using var held = client;
        using var heldToo = peer;
        await client.SendTextAsync("ask");
        await client.SendCloseAsync(1000);
        Assert.Equal("ask"u8.ToArray(), await peer.ReadToEndAsync());

        await peer.SendAsync("answer"u8.ToArray());
        peer.Finish();

        Assert.Equal("answer", (await client.ReadAsync()).Text);
        Assert.Equal(CloseCode.Normal, (await client.ReadCloseAsync()).Code);
        await client.MustEndAsync();
    }

    [Fact]
    public async Task Pages_cannot_and_are_refused_before_anything_is_dialled()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(
            new PipeRouteOptions { Targets = [backEnd.Target], HalfClose = true });
        using var client = await GatewayRig.AskAsync(server, "Origin: http://127.0.0.1");

        Assert.StartsWith("HTTP/1.1 403 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.False(backEnd.HasCaller);
    }
}
