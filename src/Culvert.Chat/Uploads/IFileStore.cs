using Culvert.Server.Rooms;

namespace Culvert.Chat.Uploads;

/// <summary>Keeps what is known of files beside their bytes. Safe for concurrent calls.</summary>
/// <remarks>
/// Every method is one transaction and throws <see cref="StoreException"/> when it cannot do its work. Files get their
/// message, and lose it, where the logs are followed: <see cref="Search.Indexing.IIndexStore"/>.
/// </remarks>
internal interface IFileStore
{
    /// <summary>Adds a file that no message has yet.</summary>
    ValueTask AddAsync(FileRecord file, CancellationToken cancellationToken);

    /// <summary>The file of this id; null when there is none or it only waits to leave the disk.</summary>
    ValueTask<FileRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Counts the bytes of all files, and of each user those since a time (UTC Unix milliseconds).</summary>
    ValueTask<FileUsage> ReadUsageAsync(long since, CancellationToken cancellationToken);

    /// <summary>Gives up files that were uploaded before the time and are in no message yet.</summary>
    ValueTask DropUnsentAsync(long before, CancellationToken cancellationToken);

    /// <summary>Files that wait to leave the disk: id and size, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<(string Id, long Size)>> ListDroppedAsync(
        int limit, CancellationToken cancellationToken);

    /// <summary>Forgets files that have left the disk.</summary>
    ValueTask ForgetAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken);
}
