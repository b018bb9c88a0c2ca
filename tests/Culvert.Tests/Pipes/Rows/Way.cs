namespace Culvert.Tests.Pipes.Rows;

/// <summary>
/// Between which legs, and toward which of them, a row is shown. There is from the client to the back end; what the
/// relay does by itself goes by the leg that it begins with.
/// </summary>
[Flags]
internal enum Way
{
    None = 0,

    /// <summary>Opening: what the client sees.</summary>
    ToClient = 1 << 0,

    /// <summary>Opening: what the back end sees.</summary>
    ToBackEnd = 1 << 1,

    Opening = ToClient | ToBackEnd,

    /// <summary>From a WebSocket to a WebSocket.</summary>
    SocketsThere = 1 << 2,
    SocketsBack = 1 << 3,
    Sockets = SocketsThere | SocketsBack,

    /// <summary>From a WebSocket to bytes.</summary>
    ToBytesThere = 1 << 4,
    ToBytesBack = 1 << 5,
    ToBytes = ToBytesThere | ToBytesBack,

    /// <summary>From bytes to a WebSocket.</summary>
    FromBytesThere = 1 << 6,
    FromBytesBack = 1 << 7,
    FromBytes = FromBytesThere | FromBytesBack,

    /// <summary>From bytes to bytes.</summary>
    BytesThere = 1 << 8,
    BytesBack = 1 << 9,
    Bytes = BytesThere | BytesBack,

    Relayed = Sockets | ToBytes | FromBytes | Bytes,
}
