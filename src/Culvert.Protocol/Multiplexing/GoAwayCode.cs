namespace Culvert.Protocol.Multiplexing;

/// <summary>Why a session ends (yamux specification, "Session termination").</summary>
public enum GoAwayCode : uint
{
    /// <summary>In order: no new streams, those that are open go on.</summary>
    Normal = 0,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError = 1,

    /// <summary>The sender cannot go on.</summary>
    InternalError = 2,
}
