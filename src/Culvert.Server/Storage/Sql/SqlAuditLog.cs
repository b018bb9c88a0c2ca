using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>
/// The list of what moderators and owners did, in a database, which is its opener's to close.
/// </summary>
internal sealed class SqlAuditLog(SqlDatabase database) : IAuditLog
{
    public async ValueTask NoteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(
                session =>
                {
                    AuditRows.Insert(session, entry);
                    return true;
                },
                null,
                cancellationToken);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or StoreException))
        {
            throw new StoreException($"The write failed: {exception.Message}", full: false, exception);
        }
    }

    public async ValueTask<IReadOnlyList<AuditEntry>> ListAsync(
        long before, int limit, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync(session => AuditRows.List(session, before, limit), cancellationToken);
}
