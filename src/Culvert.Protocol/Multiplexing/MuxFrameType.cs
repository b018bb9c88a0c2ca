namespace Culvert.Protocol.Multiplexing;

/// <summary>What a frame is for (yamux specification, "Type Field").</summary>
public enum MuxFrameType : byte
{
    /// <summary>Bytes of a stream; the length says how many follow the header.</summary>
    Data = 0,

    /// <summary>More credit for a stream; the length says how much. Also carries flags when there is no data.</summary>
    WindowUpdate = 1,

    /// <summary>Asks for an answer, or is one; the length is a value that comes back as it was.</summary>
    Ping = 2,

    /// <summary>Ends the session; the length is a <see cref="GoAwayCode"/>.</summary>
    GoAway = 3,
}
