using Culvert.Server.Nodes;
using Culvert.Server.Storage.Postgres;
using Culvert.Tests.Conformance;
using Culvert.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Culvert.Tests.Nodes;

public sealed class PostgresNodeStoreTests(PostgresServer server) : NodeStoreConformance, IAsyncLifetime
{
    private NpgsqlDataSource? _source;
    private PostgresNodeStore? _store;

    private protected override INodeStore Store => _store ?? throw new InvalidOperationException("Not set up.");

    public async ValueTask InitializeAsync()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var database = PostgresDatabase.Open(
            connection, new PostgresTuning(), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
        _source = NpgsqlDataSource.Create(connection);
        _store = new PostgresNodeStore(_source);
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }
    }
}
