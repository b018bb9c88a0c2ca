using Culvert.Server.Accounts;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Culvert.Tests.Conformance;
using Culvert.Tests.Servers;

namespace Culvert.Tests.Storage;

public sealed class PostgresAccountLinkTests(PostgresServer server) : AccountLinkConformance
{
    private PostgresDatabase? _database;

    internal override async Task<IAccountStore> CreateStoreAsync()
    {
        _database = PostgresFixture.Open(await server.CreateSchemaAsync());
        return new SqlAccountStore(_database);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
