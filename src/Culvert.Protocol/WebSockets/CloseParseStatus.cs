namespace Culvert.Protocol.WebSockets;

/// <summary>What <see cref="ClosePayload.TryParse"/> found.</summary>
public enum CloseParseStatus : byte
{
    /// <summary>Valid: empty, or a valid code with a reason in UTF-8.</summary>
    Valid,

    /// <summary>A single byte, too short for a code (RFC 6455 §5.5.1); answer with 1002.</summary>
    Truncated,

    /// <summary>A code that may not be on the wire (§7.4); answer with 1002.</summary>
    InvalidCode,

    /// <summary>A reason that is not UTF-8 (§5.5.1, §8.1); answer with 1007.</summary>
    InvalidReason,
}
