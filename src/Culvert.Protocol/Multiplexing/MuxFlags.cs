namespace Culvert.Protocol.Multiplexing;

/// <summary>What else a frame says (yamux specification, "Flag Field").</summary>
[Flags]
public enum MuxFlags : ushort
{
    /// <summary>Nothing else.</summary>
    None = 0,

    /// <summary>Opens a stream; on a ping, asks.</summary>
    Syn = 1,

    /// <summary>Accepts a stream; on a ping, answers.</summary>
    Ack = 2,

    /// <summary>The sender will send no more data on the stream; the other direction goes on.</summary>
    Fin = 4,

    /// <summary>Both directions of the stream end at once, or it is refused.</summary>
    Rst = 8,
}
