namespace Culvert.Server.Fanout.Redis;

/// <summary>Types of reply in RESP2, the protocol of Redis.</summary>
internal enum RespKind
{
    /// <summary><c>+</c>: a short text.</summary>
    Simple = 0,

    /// <summary><c>-</c>: what went wrong.</summary>
    Error = 1,

    /// <summary><c>:</c>: a number.</summary>
    Integer = 2,

    /// <summary><c>$</c>: bytes, or none.</summary>
    Bulk = 3,

    /// <summary><c>*</c>: replies inside.</summary>
    Array = 4,
}
