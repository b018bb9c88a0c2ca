using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>What passes between two WebSockets; each test is a row of the relay's event table.</summary>
public sealed class RelayDataTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_of_any_kind_arrive_as_they_were_sent_in_order(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        var wire = x.Frames.Text("text").Frame(Opcode.Binary, [1, 2, 3]).Text("").Frame(Opcode.Binary, [])
            .Text("frag", fin: false).Frame(Opcode.Ping, "between"u8).Frame(Opcode.Continuation, [], fin: false)
            .Frame(Opcode.Continuation, "ment"u8).Frame(Opcode.Pong, "unasked"u8).ToArray();

        await x.SendAsync(wire);

        // Masks and all: the very bytes.
        Assert.Equal(wire, await y.ReadBytesAsync(wire.Length));
        await x.SendCloseAsync(1000);
        await y.ReadCloseAsync();
        await y.SendCloseAsync(1000);
        await x.ReadCloseAsync();
        rig.Client.Dispose();
        rig.BackEnd.Dispose();
        var end = await rig.EndAsync();
        var (messages, bytes) =
            fromClient ? (end.MessagesThere, end.BytesThere) : (end.MessagesBack, end.BytesBack);
        Assert.Equal((5, 15), (messages, bytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fragment_goes_on_before_its_message_is_whole_and_a_frame_before_it_is(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        var wire = x.Frames.Frame(Opcode.Binary, new byte[70_000], fin: false).ToArray();

        await x.SendAsync(wire[..30_000]);

        Assert.Equal(wire[..30_000], await y.ReadBytesAsync(30_000));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ping_comes_back_as_the_other_ends_pong(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);

        await x.SendAsync(x.Frames.Frame(Opcode.Ping, "mark"u8));
        Assert.Equal((Opcode.Ping, "mark"), await y.ReadAsync() is var ping ? (ping.Opcode, ping.Text) : default);
        await y.SendAsync(y.Frames.Frame(Opcode.Pong, "mark"u8));
        Assert.Equal((Opcode.Pong, "mark"), await x.ReadAsync() is var pong ? (pong.Opcode, pong.Text) : default);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_pong_of_the_relays_own_ping_is_not_passed_on(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        await rig.PassAsync(TimeSpan.FromSeconds(20.5));
        var ping = await x.ReadAsync();
        Assert.Equal(Opcode.Ping, ping.Opcode);

        await x.SendAsync(x.Frames.Frame(Opcode.Pong, ping.Payload).Text("next"));
        Assert.Equal(Opcode.Ping, (await y.ReadAsync()).Opcode);
        Assert.Equal("next", await y.ReadTextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ping_of_the_relay_waits_for_the_end_of_a_frame(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        var wire = y.Frames.Text("0123456789").ToArray();
        await y.SendAsync(wire[..^4]);
        await x.ReadBytesAsync(wire.Length - 4);
        await rig.PassAsync(TimeSpan.FromSeconds(21));

        await y.SendAsync(wire[^4..]);

        Assert.Equal(wire[^4..], await x.ReadBytesAsync(4));
        Assert.Equal(Opcode.Ping, (await x.ReadAsync()).Opcode);
    }

    public static TheoryData<string, bool> Faults()
    {
        var data = new TheoryData<string, bool>();
        foreach (var name in Wrong(new FrameBuilder()).Select(fault => fault.Name))
        {
            data.Add(name, true);
            data.Add(name, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_broken_rule_ends_both_and_the_other_is_not_told_it_was_its_own(string fault, bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(
            new RelayRules { MaxFrameBytes = 1000, MaxMessageBytes = 2000 });
        var (x, y) = rig.Sides(isClient);
        var wrong = fault.Contains("mask", StringComparison.Ordinal)
            ? (fault, CloseCode.ProtocolError, new FrameBuilder(masked: !isClient).Text("x").ToArray())
            : Wrong(x.Frames).Single(one => one.Name == fault);
        await x.SendTextAsync("before");
        await x.SendAsync(wrong.Item3);

        Assert.Equal("before", await y.ReadTextAsync());
        var toOther = await NextCloseAsync(y);
        var expected = wrong.Item2 == CloseCode.MessageTooBig ? CloseCode.MessageTooBig
            : isClient ? CloseCode.GoingAway : CloseCode.InternalError;
        Assert.Equal(expected, toOther.Code);
        Assert.StartsWith("relay: ", toOther.Reason, StringComparison.Ordinal);
        Assert.Equal(wrong.Item2, (await NextCloseAsync(x)).Code);
        await y.SendCloseAsync(toOther.Code);
        y.Finish();
        x.Finish();
        var end = await rig.EndAsync();
        Assert.Equal(isClient ? "client" : "backend", end.By);
        Assert.Equal(wrong.Item2 == CloseCode.MessageTooBig ? "too-big" : "protocol-error", end.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_death_inside_a_frame_never_looks_complete(bool isClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        var wire = x.Frames.Text("0123456789").ToArray();
        await x.SendAsync(wire[..^4]);
        Assert.Equal(wire[..^4], await y.ReadBytesAsync(wire.Length - 4));

        x.Finish();

        await y.MustBreakAsync();
        x.Dispose();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", "disconnect");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_reader_slows_the_sender_and_gets_everything_when_it_reads_again(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        var wire = x.Frames.Frame(Opcode.Binary, new byte[16 * 1024 * 1024]).ToArray();
        var sending = x.SendAsync(wire);
        await RelayRig.UntilAsync(() => Opposite(rig, fromClient).Output.BlockedSince != 0);
        await rig.PassAsync(TimeSpan.FromSeconds(25));
        Assert.False(sending.IsCompleted);

        var received = await y.ReadBytesAsync(wire.Length);
        Assert.True(wire.AsSpan().SequenceEqual(received));
        await sending;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_takes_nothing_is_cut_off_and_the_other_is_told_to_come_back(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync(new RelayRules { StallTimeout = TimeSpan.FromSeconds(5) });
        var (x, y) = rig.Sides(fromClient);
        var sending = x.SendAsync(x.Frames.Frame(Opcode.Binary, new byte[32 * 1024 * 1024]).ToArray());
        await RelayRig.UntilAsync(() => Opposite(rig, fromClient).Output.BlockedSince != 0);
        await rig.PassAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(CloseCode.TryAgainLater, (await x.ReadCloseAsync()).Code);
        await y.MustBreakAsync();
        x.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
        Assert.Equal("stalled", (await rig.EndAsync()).Reason);
    }

    private static Direction Opposite(RelayRig rig, bool fromClient) => fromClient ? rig.Relay.There : rig.Relay.Back;

    private static async Task<RawFrame> NextCloseAsync(RawPeer peer)
    {
        while (true)
        {
            var frame = await peer.ReadAsync();
            if (frame.Opcode == Opcode.Close)
            {
                return frame;
            }
        }
    }

    private static IEnumerable<(string Name, int Code, byte[] Wire)> Wrong(FrameBuilder frames)
    {
        var masked = frames.Text("").ToArray() is [_, >= 0x80, ..];
        FrameBuilder New() => new(masked);
        return
        [
            ("reserved bit", 1002, New().Frame(Opcode.Text, [1], rsv: 4).ToArray()),
            ("unknown opcode", 1002, New().Header((Opcode)3, 0).ToArray()),
            ("long ping", 1002, New().Header(Opcode.Ping, 126).ToArray()),
            ("fragmented ping", 1002, New().Frame(Opcode.Ping, [], fin: false).ToArray()),
            ("continuation without start", 1002, New().Frame(Opcode.Continuation, [1]).ToArray()),
            ("message inside a message", 1002, New().Text("a", fin: false).Text("b").ToArray()),
            ("length with its top bit", 1002, New().Raw(0x82, (byte)(masked ? 0xff : 0x7f), 0xff).ToArray()),
            ("longer length than needed", 1002, New().Raw(0x82, (byte)(masked ? 0xfe : 0x7e), 0, 1).ToArray()),
            ("wrong mask", 1002, []),
            ("frame over its limit", 1009, New().Header(Opcode.Binary, 1001).ToArray()),
            ("message over its limit", 1009,
                New().Frame(Opcode.Binary, new byte[1000], fin: false)
                    .Frame(Opcode.Continuation, new byte[1000], fin: false).Header(Opcode.Continuation, 1).ToArray()),
        ];
    }
}
