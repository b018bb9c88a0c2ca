using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;

namespace Culvert.Tests.Pipes;

/// <summary>A gateway that opens messages: what each side agrees on is its own business.</summary>
public sealed class GatewayMessagesTests
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits";
    private const string Agreement =
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";

    [Theory]
    [InlineData(PipeCompression.None, true, false, false)]
    [InlineData(PipeCompression.Client, true, true, false)]
    [InlineData(PipeCompression.Client, false, false, false)]
    [InlineData(PipeCompression.BackEnd, true, false, true)]
    [InlineData(PipeCompression.BackEnd, false, false, true)]
    [InlineData(PipeCompression.Both, true, true, true)]
    [InlineData(PipeCompression.Both, false, false, true)]
    public async Task Each_side_has_the_compression_that_it_agreed_on(
        PipeCompression compress, bool clientOffers, bool ofClient, bool ofBackEnd)
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions
        {
            Targets = [backEnd.Target],
            Mode = PipeMode.Messages,
            Compress = compress,
        });
        var (client, peer, answer, request) = await GatewayRig.JoinAsync(
            server, backEnd, ofBackEnd ? Agreement : "", clientOffers ? [Offer] : []);
        using var held = client;
        using var heldToo = peer;
        Assert.Equal(ofClient, answer.Contains("permessage-deflate", StringComparison.Ordinal));
        Assert.Equal(ofBackEnd, request.Contains(DeflateNegotiation.ClientOffer, StringComparison.Ordinal));
        var payload = new byte[10_000];

        foreach (var (from, to, sends, gets) in
            ((RawPeer, RawPeer, bool, bool)[])
            [(client, peer, ofClient, ofBackEnd), (peer, client, ofBackEnd, ofClient)])
        {
            await from.SendAsync(from.Frames.Frame(
                Opcode.Binary, sends ? RawMessage.Deflate(payload) : payload, rsv: sends ? 4 : 0));
            var message = await RawMessage.ReadAsync(to);
            Assert.Equal(payload, message.Payload);
            Assert.Equal(gets, message.WasCompressed);
        }

        await client.SendCloseAsync(4001, "mine");
        Assert.Equal("mine", (await peer.ReadCloseAsync()).Reason);
    }

    [Fact]
    public async Task A_back_end_that_takes_no_compression_gets_none()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions
        {
            Targets = [backEnd.Target],
            Mode = PipeMode.Messages,
            Compress = PipeCompression.Both,
        });
        var (client, peer, _, _) = await GatewayRig.JoinAsync(server, backEnd, "", Offer);
        using var held = client;
        using var heldToo = peer;

        await client.SendAsync(client.Frames.Frame(Opcode.Text, RawMessage.Deflate(new byte[9000]), rsv: 4));

        Assert.False((await RawMessage.ReadAsync(peer)).WasCompressed);
    }

    [Fact]
    public async Task Only_the_kind_that_is_taken_passes()
    {
        using var backEnd = new ScriptedBackEnd();
        await using var server = await GatewayRig.StartAsync(new PipeRouteOptions
        {
            Targets = [backEnd.Target],
            Mode = PipeMode.Messages,
            Types = MessageTypes.Text,
        });
        var (client, peer, _, _) = await GatewayRig.JoinAsync(server, backEnd);
        using var held = client;
        using var heldToo = peer;

        await client.SendAsync(client.Frames.Text("good").Frame(Opcode.Binary, [1]));

        Assert.Equal("good", await peer.ReadTextAsync());
        Assert.Equal(CloseCode.GoingAway, (await peer.ReadCloseAsync()).Code);
        Assert.Equal(CloseCode.UnsupportedData, (await client.ReadCloseAsync()).Code);
    }
}
