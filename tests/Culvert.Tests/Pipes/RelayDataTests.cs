using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>What passes between two WebSockets: the rows of section 5.2.</summary>
public sealed class RelayDataTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-01", Way.Sockets)]
    public Task Text_message(bool fromClient) =>
        PassesAsync(fromClient, frames => frames.Text("grüße").Text("two\nlines").Text(new string('x', 70_000)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-02", Way.Sockets)]
    public Task Binary_message(bool fromClient) =>
        PassesAsync(fromClient, frames => frames.Frame(Opcode.Binary, [0, 255, 10]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-03", Way.Sockets)]
    public Task Empty_message(bool fromClient) =>
        PassesAsync(fromClient, frames => frames.Text("").Frame(Opcode.Binary, []).Text("no end"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-04", Way.Sockets)]
    public async Task Fragmented_message_goes_on_frame_by_frame_and_a_frame_before_it_is_whole(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        for (var k = 1; k <= 5; k++)
        {
            for (var i = 1; i <= k; i++)
            {
                await x.SendAsync(
                    x.Frames.Frame(i == 1 ? Opcode.Text : Opcode.Continuation, "part"u8, fin: i == k));
                Assert.Equal(i == k, (await y.ReadAsync()).Header.Fin);
            }
        }

        var wire = x.Frames.Frame(Opcode.Binary, new byte[70_000], fin: false).ToArray();
        await x.SendAsync(wire[..30_000]);
        Assert.Equal(wire[..30_000], await y.ReadBytesAsync(30_000));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-05", Way.Sockets)]
    public Task Fragments_of_no_length(bool fromClient) =>
        PassesAsync(fromClient, frames => frames.Text("", fin: false).Frame(Opcode.Continuation, [], fin: false)
            .Frame(Opcode.Continuation, "a"u8, fin: false).Frame(Opcode.Continuation, []));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-06", Way.Sockets)]
    public async Task Control_frame_between_fragments_does_not_wait_for_the_end_of_the_message(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        var begin = x.Frames.Text("begin", fin: false).Frame(Opcode.Ping, "p"u8).Frame(Opcode.Pong, "q"u8).ToArray();
        var rest = x.Frames.Frame(Opcode.Continuation, "m"u8, fin: false).Frame(Opcode.Ping, []).ToArray();

        await x.SendAsync(begin);
        Assert.Equal(begin, await y.ReadBytesAsync(begin.Length));
        await x.SendAsync(rest);
        Assert.Equal(rest, await y.ReadBytesAsync(rest.Length));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-07", Way.Sockets)]
    public async Task Ping_goes_on_verbatim_and_so_does_its_pong(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        foreach (var payload in (byte[][])[[], "mark"u8.ToArray(), [.. Enumerable.Repeat((byte)0xff, 125)]])
        {
            var ping = x.Frames.Frame(Opcode.Ping, payload).ToArray();
            await x.SendAsync(ping);
            Assert.Equal(ping, await y.ReadBytesAsync(ping.Length));

            var pong = y.Frames.Frame(Opcode.Pong, payload).ToArray();
            await y.SendAsync(pong);
            Assert.Equal(pong, await x.ReadBytesAsync(pong.Length));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-08", Way.Sockets)]
    public Task Pong_that_nobody_asked_for(bool fromClient) =>
        PassesAsync(fromClient, frames => frames.Frame(Opcode.Pong, "unasked"u8).Frame(Opcode.Pong, []));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-09", Way.Sockets)]
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
    [Row("5.2-09", Way.Sockets)]
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-11", Way.Sockets)]
    public Task Text_that_is_not_UTF_8_is_for_the_ends_to_judge(bool fromClient) =>
        PassesAsync(fromClient, frames => frames.Frame(Opcode.Text, [0xc3, 0x28]).Frame(Opcode.Text, [0xff]));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [Row("5.2-15", Way.Sockets)]
    public async Task Leg_dies_within_a_frame_and_the_other_sees_no_Close(bool isClient, bool resets)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(isClient);
        var wire = x.Frames.Text("0123456789").ToArray();
        await x.SendAsync(wire[..^4]);
        Assert.Equal(wire[..^4], await y.ReadBytesAsync(wire.Length - 4));

        if (resets)
        {
            x.Reset();
        }
        else
        {
            x.Finish();
        }

        await y.MustBreakAsync();
        Assert.Equal(0, y.Unread);
        x.Dispose();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", resets ? "reset" : "disconnect");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-16", Way.Sockets)]
    public async Task Slow_reader_slows_the_sender_and_gets_everything_when_it_reads_again(bool fromClient)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        var wire = x.Frames.Frame(Opcode.Binary, new byte[16 * 1024 * 1024]).ToArray();
        var sending = x.SendAsync(wire);
        await RelayRig.UntilAsync(() => rig.DirectionOf(fromClient).Output.BlockedSince != 0);
        await rig.PassAsync(TimeSpan.FromSeconds(25));
        Assert.False(sending.IsCompleted);

        var received = await y.ReadBytesAsync(wire.Length);
        Assert.True(wire.AsSpan().SequenceEqual(received));
        await sending;
    }

    [Theory]
    [InlineData(true, CloseCode.TryAgainLater)]
    [InlineData(false, CloseCode.TryAgainLater)]
    [InlineData(true, CloseCode.PolicyViolation)]
    [InlineData(false, CloseCode.PolicyViolation)]
    [Row("5.2-16", Way.Sockets)]
    public async Task Slow_reader_that_takes_nothing_is_cut_off_and_the_other_is_told_as_the_rules_say(
        bool fromClient, int code)
    {
        var rules = new RelayRules { StallTimeout = TimeSpan.FromSeconds(5) };
        Assert.Equal(CloseCode.TryAgainLater, rules.StallCode);
        await using var rig = await RelayRig.StartAsync(rules with { StallCode = code });
        var (x, y) = rig.Sides(fromClient);
        var sending = x.SendAsync(x.Frames.Frame(Opcode.Binary, new byte[32 * 1024 * 1024]).ToArray());
        await RelayRig.UntilAsync(() => rig.DirectionOf(fromClient).Output.BlockedSince != 0);
        await rig.PassAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(code, (await x.ReadCloseAsync()).Code);
        await y.MustBreakAsync();
        x.Dispose();

        // It breaks, or was taken and dropped in time.
        await Record.ExceptionAsync(() => sending);
        Assert.Equal("stalled", (await rig.EndAsync()).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Row("5.2-17", Way.Sockets)]
    public async Task Order_is_that_of_the_sender_for_frames_of_all_kinds_and_they_are_counted(bool fromClient)
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

    /// <summary>The very bytes arrive, and the session goes on.</summary>
    private static async Task PassesAsync(bool fromClient, Func<FrameBuilder, FrameBuilder> build)
    {
        await using var rig = await RelayRig.StartAsync();
        var (x, y) = rig.Sides(fromClient);
        var wire = build(x.Frames).ToArray();

        await x.SendAsync(wire);

        Assert.Equal(wire, await y.ReadBytesAsync(wire.Length));
        await y.SendTextAsync("still open");
        Assert.Equal("still open", await x.ReadTextAsync());
        Assert.False(rig.Ending.IsCompleted);
    }
}
