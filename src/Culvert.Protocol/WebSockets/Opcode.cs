namespace Culvert.Protocol.WebSockets;

/// <summary>
/// What a frame carries (RFC 6455 §5.2). The numbers are the wire's; 3–7 and 11–15 are reserved and never valid here,
/// because no extension that this codec negotiates defines them.
/// </summary>
public enum Opcode : byte
{
    /// <summary>A further fragment of the data message begun by an earlier frame (§5.4).</summary>
    Continuation = 0x0,

    /// <summary>The first or only frame of a message of UTF-8 text (§5.6).</summary>
    Text = 0x1,

    /// <summary>The first or only frame of a message of arbitrary bytes (§5.6).</summary>
    Binary = 0x2,

    /// <summary>The sender will send nothing further (§5.5.1).</summary>
    Close = 0x8,

    /// <summary>Asks for a pong with the same payload (§5.5.2).</summary>
    Ping = 0x9,

    /// <summary>Answers a ping, or shows one-sided that the sender lives (§5.5.3).</summary>
    Pong = 0xA,
}
