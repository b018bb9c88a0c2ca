using Culvert.Server.Rooms;
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
            _directory.Path, new SqliteOptions { Readers = 2 }, TimeProvider.System, NullLogger.Instance);
        await SqliteUsers.AddAsync(_database);
        return new SqliteRoomStore(_database);
    }

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
