using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Tunnels;

/// <summary>
/// Judges the frames that a server sends on a carrier (RFC 6455 §5), and counts what is to come of the payload.
/// Not thread-safe.
/// </summary>
internal sealed class CarrierFrames
{
    /// <summary>The most of one message, bytes; a server stays far below it.</summary>
    private const int MaxMessageBytes = 1024 * 1024;

    private bool _isInMessage;
    private long _messageBytes;

    /// <summary>Payload of the data frame in progress that was not taken yet, bytes.</summary>
    public long Remaining { get; private set; }

    /// <summary>Begins a frame. Null when it may be; otherwise the code to close with, and why.</summary>
    public (int Code, string Why)? Begin(in FrameHeader frame)
    {
        if (frame.Rsv1 || frame.Rsv2 || frame.Rsv3)
        {
            return (CloseCode.ProtocolError, "reserved bit set");
        }

        if (frame.Masked)
        {
            return (CloseCode.ProtocolError, "frame from a server is masked");
        }

        if (frame.IsControl)
        {
            return null;
        }

        if (frame.Opcode == Opcode.Text)
        {
            return (CloseCode.UnsupportedData, "a tunnel takes binary messages only");
        }

        if (_isInMessage != (frame.Opcode == Opcode.Continuation))
        {
            var why = _isInMessage ? "new message inside a fragmented one" : "continuation without a message";
            return (CloseCode.ProtocolError, why);
        }

        _messageBytes = _isInMessage ? _messageBytes : 0;
        if (frame.PayloadLength > MaxMessageBytes - _messageBytes)
        {
            return (CloseCode.MessageTooBig, $"message over {MaxMessageBytes} bytes");
        }

        _messageBytes += frame.PayloadLength;
        _isInMessage = !frame.Fin;
        Remaining = frame.PayloadLength;
        return null;
    }

    /// <summary>Takes some of the payload, of what is there; how many bytes.</summary>
    public int Take(int available)
    {
        var taken = (int)Math.Min(available, Remaining);
        Remaining -= taken;
        return taken;
    }
}
