namespace Culvert.Protocol.WebSockets;

/// <summary>What <see cref="PermessageDeflate.Inflate"/> found.</summary>
public enum InflateStatus : byte
{
    /// <summary>The whole message was written to the output.</summary>
    Done,

    /// <summary>The message is larger than allowed; answer with 1009.</summary>
    TooBig,

    /// <summary>Not the compressed form of any message; answer with 1007.</summary>
    Invalid,
}
