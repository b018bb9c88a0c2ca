using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Culvert.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Storage;

public sealed class SqliteRoomStoreTests : RoomStoreConformance
{
    private readonly TestDirectory _directory = new();
    private SqliteDatabase? _database;

    internal override async Task<IRoomStore> CreateStoreAsync()
    {
        _database = SqliteDatabase.Open(
            _directory.Path, new SqliteTuning { Readers = 2 }, TimeProvider.System, NullLogger.Instance);
        await StoredUsers.AddAsync(_database);
        return new SqlRoomStore(_database);
    }

    // The database is there from CreateStoreAsync on.
    internal override IAuditLog Audit => new SqlAuditLog(_database!);

    /// <summary>A quota of the pages in use: the next new one is refused as on a full disk.</summary>
    internal override Task SetFullAsync(bool full) => _database!.WriteAsync(
        session =>
        {
            var pages = full ? session.QueryInt64("pragma page_count") : 1_000_000_000;
            session.Execute($"pragma max_page_count = {pages}");
            return true;
        },
        null,
        CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _directory.Dispose();
    }
}
