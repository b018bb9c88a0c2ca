using Culvert.Protocol.WebSockets;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>Frames that break a rule, for a relay that allows 1,000 bytes a frame and 2,000 a message.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Code">What the offender is told.</param>
/// <param name="Wire">Up to what gives it away, and nothing behind it: who waited for more would hang.</param>
internal sealed record FrameFault(string Name, int Code, byte[] Wire)
{
    public const int MaxFrameBytes = 1000;

    public const int MaxMessageBytes = 2000;

    /// <summary>As theory data, each from both sides: the name and whether the offender is the first side.</summary>
    public static TheoryData<string, bool> Names(Func<bool, IEnumerable<FrameFault>> faults)
    {
        var data = new TheoryData<string, bool>();
        foreach (var fault in faults(true))
        {
            data.Add(fault.Name, true);
            data.Add(fault.Name, false);
        }

        return data;
    }

    /// <param name="masked">Whether the sender is a WebSocket client.</param>
    public static IEnumerable<FrameFault> OfRules(bool masked)
    {
        FrameBuilder New() => new(masked);
        FrameFault Fault(string name, FrameBuilder frames) => new(name, CloseCode.ProtocolError, frames.ToArray());
        var mask = (byte)(masked ? 0x80 : 0);
        foreach (var bit in (int[])[4, 2, 1])
        {
            yield return Fault($"reserved bit {bit}", New().Header(Opcode.Text, 1, rsv: bit));
            yield return Fault($"reserved bit {bit} on a ping", New().Header(Opcode.Ping, 1, rsv: bit));
        }

        foreach (var opcode in (int[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
        {
            yield return Fault($"unknown opcode {opcode}", New().Header((Opcode)opcode, 0));
        }

        foreach (var opcode in (Opcode[])[Opcode.Ping, Opcode.Pong, Opcode.Close])
        {
            yield return Fault($"{opcode} over 125 bytes", New().Header(opcode, 126));
            yield return Fault($"fragmented {opcode}", New().Header(opcode, 0, fin: false));
        }

        yield return Fault("continuation without a start", New().Header(Opcode.Continuation, 1));
        yield return Fault("continuation after the end", New().Text("whole").Header(Opcode.Continuation, 1));
        yield return Fault("text in a message", New().Text("a", fin: false).Header(Opcode.Text, 1));
        yield return Fault("binary in a message", New().Text("a", fin: false).Header(Opcode.Binary, 1));
        yield return Fault(
            "length with its top bit", New().Raw(0x82, (byte)(mask | 127), 0x80, 0, 0, 0, 0, 0, 0, 1));
        yield return Fault("two bytes of length for one", New().Raw(0x82, (byte)(mask | 126), 0, 125));
        yield return Fault(
            "eight bytes of length for two", New().Raw(0x82, (byte)(mask | 127), 0, 0, 0, 0, 0, 0, 0xff, 0xff));
    }

    /// <param name="masked">Whether the sender is a WebSocket client: then these are not masked.</param>
    public static IEnumerable<FrameFault> OfMasks(bool masked)
    {
        foreach (var opcode in (Opcode[])[Opcode.Text, Opcode.Binary, Opcode.Ping, Opcode.Pong, Opcode.Close])
        {
            yield return new FrameFault(
                $"{opcode}", CloseCode.ProtocolError, new FrameBuilder(!masked).Frame(opcode, [3, 232]).ToArray());
        }
    }

    /// <param name="masked">Whether the sender is a WebSocket client.</param>
    public static IEnumerable<FrameFault> OfLimits(bool masked)
    {
        FrameBuilder New() => new(masked);
        FrameFault Fault(string name, FrameBuilder frames) => new(name, CloseCode.MessageTooBig, frames.ToArray());
        yield return Fault("frame over its limit", New().Header(Opcode.Binary, MaxFrameBytes + 1));
        yield return Fault("frame of half the world", New().Header(Opcode.Text, long.MaxValue));
        yield return Fault("message over its limit", New().Frame(Opcode.Binary, new byte[MaxFrameBytes], fin: false)
            .Frame(Opcode.Continuation, new byte[MaxFrameBytes], fin: false).Header(Opcode.Continuation, 1));
    }
}
