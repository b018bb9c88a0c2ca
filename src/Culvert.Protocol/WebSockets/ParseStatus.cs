namespace Culvert.Protocol.WebSockets;

/// <summary>
/// What <see cref="FrameHeader.TryParse"/> found. Everything after <see cref="NeedsMoreData"/> is a violation of
/// RFC 6455 §5 to be answered with close code 1002.
/// </summary>
public enum ParseStatus : byte
{
    /// <summary>The header is whole and valid.</summary>
    Complete,

    /// <summary>Valid so far; the header is longer than the bytes given.</summary>
    NeedsMoreData,

    /// <summary>An opcode that no negotiated extension defines (§5.2).</summary>
    ReservedOpcode,

    /// <summary>A close, ping or pong without FIN (§5.5).</summary>
    FragmentedControlFrame,

    /// <summary>A close, ping or pong of more than 125 bytes (§5.5).</summary>
    ControlFrameTooLong,

    /// <summary>A 16- or 64-bit length where a shorter form would have done (§5.2).</summary>
    NonMinimalLength,

    /// <summary>A 64-bit length whose top bit is set (§5.2).</summary>
    LengthTopBitSet,
}
