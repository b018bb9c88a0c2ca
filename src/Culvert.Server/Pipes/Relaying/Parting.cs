using System.Buffers;
using System.Security.Cryptography;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>The last thing that a leg is told. Immutable.</summary>
/// <param name="Kind">How.</param>
/// <param name="Code">The close code; 1005 for an empty Close, 1006 for none.</param>
/// <param name="Reason">The reason that goes with it.</param>
/// <param name="Payload">The Close frame's payload, not masked.</param>
internal sealed record Parting(PartingKind Kind, int Code, string Reason, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The end of the bytes.</summary>
    public static readonly Parting Finish = new(PartingKind.Finish, CloseCode.Normal, "", default);

    /// <summary>A broken connection.</summary>
    public static readonly Parting Abort = new(PartingKind.Abort, CloseCode.Abnormal, "", default);

    /// <summary>A broken connection, after time to read what had come.</summary>
    public static readonly Parting Linger = new(PartingKind.Linger, CloseCode.Abnormal, "", default);

    /// <summary>
    /// A Close of the relay's own. Its reason begins with <c>relay:</c>, so that it is not taken for the peer's.
    /// </summary>
    public static Parting Close(int code, string why)
    {
        var payload = new byte[FrameHeader.MaxControlPayload];
        var reason = why.Length == 0 ? "" : $"relay: {why}";
        var length = ClosePayload.Write(payload, code, reason);
        return new Parting(PartingKind.Close, code, reason, payload.AsMemory(0, length));
    }

    /// <summary>A fault of ours, as a leg of that kind is told.</summary>
    public static Parting OfFault(LegKind kind) =>
        kind == LegKind.Bytes ? Abort : Close(CloseCode.InternalError, "internal error");

    /// <summary>A Close as the other peer sent it, byte for byte.</summary>
    public static Parting Repeat(int code, string reason, ReadOnlySpan<byte> payload) =>
        new(PartingKind.Close, code, reason, payload.ToArray());

    /// <summary>A control frame for the peer of a leg.</summary>
    public static ReadOnlyMemory<byte> Frame(LegKind kind, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var masked = kind == LegKind.WebSocketClient;
        var header = new FrameHeader
        {
            Fin = true,
            Opcode = opcode,
            Masked = masked,
            MaskKey = masked ? NewKey() : 0,
            PayloadLength = payload.Length,
        };
        var output = new ArrayBufferWriter<byte>(header.Length + payload.Length);
        WebSocketWriter.WriteFrame(output, header, payload);
        return output.WrittenMemory;
    }

    /// <summary>A fresh key that nobody can foresee (RFC 6455 §5.3).</summary>
    public static uint NewKey()
    {
        Span<byte> key = stackalloc byte[4];
        RandomNumberGenerator.Fill(key);
        return BitConverter.ToUInt32(key);
    }
}
