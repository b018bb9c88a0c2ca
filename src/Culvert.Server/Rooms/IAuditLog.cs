namespace Culvert.Server.Rooms;

/// <summary>The list of what moderators and owners did, for owners.</summary>
/// <remarks>
/// Safe for concurrent calls; each is one transaction. Acts in a room do not come here: their
/// <see cref="Append.Audit"/> is written together with their event. The newest million entries are kept. Throws
/// <see cref="StoreException"/>.
/// </remarks>
internal interface IAuditLog
{
    /// <summary>Adds an entry about something that is no event of a room.</summary>
    ValueTask NoteAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// The newest entries with an id below <paramref name="before"/>, newest first, at most <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<AuditEntry>> ListAsync(long before, int limit, CancellationToken cancellationToken);
}
