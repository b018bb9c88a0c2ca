using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>Large frames that go on in several, where the rules say so: row 5.2-15.</summary>
public sealed class RelaySplitTests
{
    private static readonly RelayRules Splitting = new() { SplitsLargeFrames = true };

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [Row("5.2-15", Way.Sockets)]
    public async Task Leg_dies_within_a_frame_that_was_split_and_the_other_is_told(bool isClient, bool resets)
    {
        await using var rig = await RelayRig.StartAsync(Splitting);
        var (x, y) = rig.Sides(isClient);
        var payload = Noise(200_000);
        await x.SendAsync(x.Frames.Text("whole").Frame(Opcode.Binary, payload).ToArray()[..^4]);
        Assert.Equal("whole", await y.ReadTextAsync());
        var got = await ReadAsync(y, payload.Length - 4, Opcode.Binary, endsWithFin: false);
        Assert.Equal(payload[..^4], got);

        if (resets)
        {
            x.Reset();
        }
        else
        {
            x.Finish();
        }

        Assert.Equal(CloseCode.InternalError, (await y.ReadCloseAsync()).Code);
        await y.SendCloseAsync(CloseCode.InternalError);
        y.Finish();
        await y.MustEndAsync();
        x.Dispose();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", resets ? "reset" : "disconnect");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-15", Way.Sockets)]
    public async Task Leg_dies_within_a_frame_that_an_extension_may_know_of_and_the_other_sees_no_Close(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(Splitting with { Extensions = "permessage-deflate" });
        var (x, y) = rig.Sides(isClient);
        var wire = x.Frames.Frame(Opcode.Binary, Noise(200_000)).ToArray()[..^4];
        await x.SendAsync(wire);
        Assert.Equal(wire, await y.ReadBytesAsync(wire.Length));

        x.Finish();

        await y.MustBreakAsync();
        x.Dispose();
    }

    [Theory]
    [InlineData(LegKind.WebSocketServer, LegKind.WebSocketClient)]
    [InlineData(LegKind.WebSocketClient, LegKind.WebSocketClient)]
    public async Task Messages_stay_what_they_were_however_they_come(object first, object second)
    {
        await using var rig = await RelayRig.StartAsync((LegKind)first, (LegKind)second, Splitting);
        foreach (var (x, y) in ((RawPeer, RawPeer)[])[rig.Sides(true), rig.Sides(false)])
        {
            foreach (var length in (int[])[0, 1, 125, 126, 65_535, 65_536, 65_537, 300_001])
            {
                var payload = Noise(length);
                var sending = x.SendAsync(x.Frames.Frame(Opcode.Binary, payload).Frame(Opcode.Ping, "p"u8)
                    .Text("", fin: false).Frame(Opcode.Pong, "q"u8).Frame(Opcode.Continuation, "ü"u8));

                Assert.Equal(payload, await ReadAsync(y, length, Opcode.Binary, endsWithFin: true));
                Assert.Equal((Opcode.Ping, "p"), await y.ReadAsync() is var ping ? (ping.Opcode, ping.Text) : default);
                Assert.False((await y.ReadAsync()).Header.Fin);
                Assert.Equal((Opcode.Pong, "q"), await y.ReadAsync() is var pong ? (pong.Opcode, pong.Text) : default);
                Assert.Equal("ü"u8.ToArray(), await ReadAsync(y, 2, Opcode.Continuation, endsWithFin: true));
                await sending;
            }
        }

        Assert.Equal(16, rig.Relay.There.Messages);
        Assert.Equal(rig.Relay.There.Bytes, rig.Relay.Back.Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ping_of_the_relay_goes_out_between_the_parts(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(Splitting);
        var (x, y) = rig.Sides(isClient);
        var wire = y.Frames.Text("0123456789").ToArray();
        await y.SendAsync(wire[..^4]);
        Assert.Equal("012345", (await x.ReadAsync()).Text);

        await rig.PassAsync(TimeSpan.FromSeconds(21));

        Assert.Equal(Opcode.Ping, (await x.ReadAsync()).Opcode);
        await y.SendAsync(wire[^4..]);
        var last = await x.ReadAsync();
        Assert.Equal((Opcode.Continuation, true, "6789"), (last.Opcode, last.Header.Fin, last.Text));
    }

    /// <summary>So much of a message, in frames of a bounded length.</summary>
    private static async Task<byte[]> ReadAsync(RawPeer peer, int length, Opcode opcode, bool endsWithFin)
    {
        List<byte> all = [];
        do
        {
            var frame = await peer.ReadAsync();
            Assert.Equal(all.Count == 0 ? opcode : Opcode.Continuation, frame.Opcode);
            Assert.InRange(frame.Payload.Length, length == 0 ? 0 : 1, 64 * 1024);
            all.AddRange(frame.Payload);
            Assert.Equal(endsWithFin && all.Count == length, frame.Header.Fin);
        }
        while (all.Count < length);
        return [.. all];
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
