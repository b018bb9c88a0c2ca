using System.Security.Cryptography;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>How the embedded database works; fixed in the product, varied by tests.</summary>
internal sealed record SqliteTuning
{
    /// <summary>
    /// What an acknowledged write survives. Default <see cref="SqliteDurability.Disk"/>, the safe one.
    /// </summary>
    public SqliteDurability Durability { get; init; } = SqliteDurability.Disk;

    /// <summary>
    /// Most reader threads, each with a connection, made when there is that much to read at once; 0 (default) is twice
    /// the cores, at least 2.
    /// </summary>
    public int Readers { get; init; }

    /// <summary>Works that may wait for the writer or for the readers; further callers wait to be queued.</summary>
    public int QueueLimit { get; init; } = 1024;

    /// <summary>Pages written to the write-ahead log before a passive checkpoint copies them back.</summary>
    public int CheckpointPages { get; init; } = 1000;

    /// <summary>Pages in the log at which a checkpoint also waits for readers, so that the log starts over.</summary>
    public int CheckpointCeilingPages { get; init; } = 16_000;

    /// <summary>Most pages the database may have, a quota; null for no limit but the disk's.</summary>
    public long? MaxPages { get; init; }

    /// <summary>Makes the epoch of a room's log: a short token without '-'.</summary>
    public Func<string> NewEpoch { get; init; } = static () => RandomNumberGenerator.GetHexString(10, lowercase: true);
}
