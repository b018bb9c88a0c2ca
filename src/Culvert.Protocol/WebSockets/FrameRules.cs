namespace Culvert.Protocol.WebSockets;

/// <summary>
/// What a well-formed frame may still not be, given the role, the extension and the message in progress.
/// </summary>
internal static class FrameRules
{
    /// <summary>Judges a header before any of its payload is read.</summary>
    /// <param name="frame">The header.</param>
    /// <param name="options">What the reader expects and allows.</param>
    /// <param name="progress">The message that the frame continues, or would begin in.</param>
    /// <param name="code">The close code of the violation.</param>
    /// <returns>The violation, or null.</returns>
    public static string? Violation(
        in FrameHeader frame, WebSocketReaderOptions options, in Progress progress, out int code)
    {
        code = CloseCode.ProtocolError;
        var isData = !frame.IsControl;
        var isFirst = isData && frame.Opcode != Opcode.Continuation;

        // RFC 7692 §6: the bit is that of a message, so it is on its first frame alone.
        if (frame.Rsv2 || frame.Rsv3 || (frame.Rsv1 && !(options.Deflate && isFirst)))
        {
            return "reserved bit set";
        }

        if (frame.Masked != (options.Role == WebSocketRole.Server))
        {
            return frame.Masked ? "frame from a server is masked" : "frame from a client is not masked";
        }

        if (!isData)
        {
            return null;
        }

        if (isFirst == progress.InMessage)
        {
            return isFirst ? "new message inside a fragmented one" : "continuation without a message";
        }

        var isPieced = options.MaxPiecedBytes > 0 && !progress.Compressed;
        var most = isPieced ? options.MaxPiecedBytes : MaxGatheredBytes(options, progress.Compressed);
        if (frame.PayloadLength > most - progress.AnnouncedBytes)
        {
            code = CloseCode.MessageTooBig;
            return TooBig(isPieced ? most : options.MaxMessageBytes);
        }

        return null;
    }

    /// <summary>
    /// The most payload of one message, as it travels. Deflate's fixed codes take up to nine bits for a byte, so a
    /// compressed message at the limit may travel that much longer.
    /// </summary>
    public static int MaxGatheredBytes(WebSocketReaderOptions options, bool compressed) =>
        options.MaxMessageBytes + (compressed ? (options.MaxMessageBytes / 8) + 64 : 0);

    public static string TooBig(long mostBytes) => $"message over {mostBytes} bytes";

    public static string Describe(ParseStatus status) => status switch
    {
        ParseStatus.ReservedOpcode => "reserved opcode",
        ParseStatus.FragmentedControlFrame => "fragmented control frame",
        ParseStatus.ControlFrameTooLong => "control frame over 125 bytes",
        ParseStatus.NonMinimalLength => "length not in its shortest form",
        _ => "length with its top bit set",
    };

    /// <param name="Opcode">Of the message in progress; <see cref="Opcode.Continuation"/> for none.</param>
    /// <param name="Compressed">Whether it is, or with this frame begins, compressed.</param>
    /// <param name="AnnouncedBytes">The payload lengths of its frames so far.</param>
    public readonly record struct Progress(Opcode Opcode, bool Compressed, long AnnouncedBytes)
    {
        public bool InMessage => Opcode != Opcode.Continuation;
    }
}
