using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;
using Culvert.Tests.Pipes.Rows;

namespace Culvert.Tests.Pipes;

/// <summary>
/// Frames that break a rule: the offender is told so, and the other end that the stream is not complete, and never
/// that the fault was its own. Rows of section 5.2.
/// </summary>
public sealed class RelayFaultTests
{
    public static TheoryData<string, bool> Rules() => FrameFault.Names(FrameFault.OfRules);

    public static TheoryData<string, bool> Masks() => FrameFault.Names(FrameFault.OfMasks);

    public static TheoryData<string, bool> Limits() => FrameFault.Names(FrameFault.OfLimits);

    [Theory]
    [MemberData(nameof(Rules))]
    [Row("5.2-12", Way.Sockets)]
    [Row("5.2-12", Way.Messages)]
    public Task Frame_against_the_rules(string fault, bool isClient) =>
        EndsAllAsync(FrameFault.OfRules(isClient).Single(one => one.Name == fault), isClient);

    [Theory]
    [MemberData(nameof(Masks))]
    [Row("5.2-13", Way.Sockets)]
    [Row("5.2-13", Way.Messages)]
    public Task Frame_with_the_wrong_mask(string opcode, bool isClient) =>
        EndsAllAsync(FrameFault.OfMasks(isClient).Single(one => one.Name == opcode), isClient);

    [Theory]
    [MemberData(nameof(Limits))]
    [Row("5.2-14", Way.Sockets)]
    [Row("5.2-14", Way.Messages)]
    public Task Over_a_limit_both_are_told_before_the_payload_comes(string fault, bool isClient) =>
        EndsAllAsync(FrameFault.OfLimits(isClient).Single(one => one.Name == fault), isClient);

    [Theory]
    [MemberData(nameof(Rules))]
    [Row("5.2-12", Way.ToBytes)]
    public Task Frame_against_the_rules_resets_the_bytes(string fault, bool isClient) =>
        ResetsBytesAsync(FrameFault.OfRules(isClient).Single(one => one.Name == fault), isClient);

    [Theory]
    [MemberData(nameof(Masks))]
    [Row("5.2-13", Way.ToBytes)]
    public Task Frame_with_the_wrong_mask_resets_the_bytes(string opcode, bool isClient) =>
        ResetsBytesAsync(FrameFault.OfMasks(isClient).Single(one => one.Name == opcode), isClient);

    [Theory]
    [MemberData(nameof(Limits))]
    [Row("5.2-14", Way.ToBytes)]
    public async Task Over_a_limit_the_bytes_have_time_to_read_and_are_reset_then(string fault, bool isClient)
    {
        var wire = FrameFault.OfLimits(isClient).Single(one => one.Name == fault).Wire;
        foreach (var hasEnded in (bool[])[false, true])
        {
            await using var rig = await RelayRig.StartAsync(
                isClient, !isClient, Limited with { FirstClosesOnEof = false, SecondClosesOnEof = false });
            var (socket, bytes) = rig.Sides(isClient);
            if (hasEnded)
            {
                bytes.Finish();
                await RelayRig.UntilAsync(() => rig.Relay.IsHalfClosed);
            }

            await socket.SendTextAsync("before");
            await socket.SendAsync(wire);
            Assert.Equal(CloseCode.MessageTooBig, (await socket.ReadCloseAsync()).Code);
            socket.Finish();
            await socket.MustEndAsync();

            Assert.Equal("before"u8.ToArray(), await bytes.ReadBytesAsync(6));
            if (fault == "message over its limit")
            {
                await bytes.ReadBytesAsync(FrameFault.MaxMessageBytes);
            }

            await rig.MustLingerAsync(bytes);
            var end = await rig.EndAsync();
            Assert.Equal(hasEnded ? "half-close" : "too-big", end.Reason);
            Assert.False(end.CloseTimedOut);
        }
    }

    private static RelayRules Limited => new()
    {
        MaxFrameBytes = FrameFault.MaxFrameBytes,
        MaxMessageBytes = FrameFault.MaxMessageBytes,
    };

    /// <summary>Whether or not messages are opened.</summary>
    private static async Task EndsAllAsync(FrameFault fault, bool isClient)
    {
        await EndsBothAsync(fault, isClient, Limited);
        await EndsBothAsync(fault, isClient, Limited with { OpensMessages = true });
    }

    private static async Task EndsBothAsync(FrameFault fault, bool isClient, RelayRules rules)
    {
        await using var rig = await RelayRig.StartAsync(rules);
        var (x, y) = rig.Sides(isClient);
        await x.SendTextAsync("before");
        await x.SendAsync(fault.Wire);

        Assert.Equal("before", (await RawMessage.ReadAsync(y)).Text);
        var toOther = await y.NextCloseAsync();
        var expected = fault.Code == CloseCode.MessageTooBig ? CloseCode.MessageTooBig
            : isClient ? CloseCode.GoingAway : CloseCode.InternalError;
        Assert.Equal(expected, toOther.Code);
        Assert.StartsWith("relay: ", toOther.Reason, StringComparison.Ordinal);
        Assert.Equal(fault.Code, (await x.ReadCloseAsync()).Code);
        await y.SendCloseAsync(toOther.Code);
        y.Finish();
        x.Finish();
        await x.MustEndAsync();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", Reason(fault));
    }

    private static async Task ResetsBytesAsync(FrameFault fault, bool isClient)
    {
        await using var rig = await RelayRig.StartAsync(isClient, !isClient, Limited);
        var (socket, bytes) = rig.Sides(isClient);
        await socket.SendTextAsync("before");
        Assert.Equal("before"u8.ToArray(), await bytes.ReadBytesAsync(6));

        await socket.SendAsync(fault.Wire);

        Assert.Equal(fault.Code, (await socket.ReadCloseAsync()).Code);
        await bytes.MustBreakAsync();
        socket.Finish();
        await socket.MustEndAsync();
        (await rig.EndAsync()).MustBe(isClient ? "client" : "backend", Reason(fault));
    }

    private static string Reason(FrameFault fault) =>
        fault.Code == CloseCode.MessageTooBig ? "too-big" : "protocol-error";
}
