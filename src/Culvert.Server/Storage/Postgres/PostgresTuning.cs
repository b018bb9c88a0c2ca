using System.Security.Cryptography;

namespace Culvert.Server.Storage.Postgres;

/// <summary>How this node uses the shared database; fixed in the product, varied by tests.</summary>
internal sealed record PostgresTuning
{
    /// <summary>Reader threads, each with a connection; 0 (default) is twice the cores, 2 to 8.</summary>
    public int Readers { get; init; }

    /// <summary>Writer threads beside the one that appends, each with a connection.</summary>
    public int Writers { get; init; } = 2;

    /// <summary>Works that may wait for the threads of a kind; further callers wait to be queued.</summary>
    public int QueueLimit { get; init; } = 1024;

    /// <summary>True to open a database into which another is being copied; no server may.</summary>
    public bool IsTarget { get; init; }

    /// <summary>Makes the epoch of a room's log: a short token without '-'.</summary>
    public Func<string> NewEpoch { get; init; } = static () => RandomNumberGenerator.GetHexString(10, lowercase: true);
}
