using Culvert.Server.Accounts;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Culvert.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Storage;

public sealed class SqliteAccountStoreTests : AccountStoreConformance
{
    private readonly TestDirectory _directory = new();
    private SqliteDatabase? _database;

    internal override Task<IAccountStore> CreateStoreAsync()
    {
        _database = SqliteDatabase.Open(
            _directory.Path, new SqliteTuning { Readers = 2 }, TimeProvider.System, NullLogger.Instance);
        return Task.FromResult<IAccountStore>(new SqlAccountStore(_database));
    }

    public override async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _directory.Dispose();
    }
}
