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
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = full
                ? "select page_count from pragma_page_count"
                : "select 1000000000";
            var pages = (long)command.ExecuteScalar()!; // Both statements have a row.
            command.CommandText = $"pragma max_page_count = {pages}";
            command.ExecuteNonQuery();
            return true;
        },
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
