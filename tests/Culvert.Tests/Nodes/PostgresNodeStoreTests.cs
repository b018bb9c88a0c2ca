using Culvert.Server.Nodes;
using Culvert.Server.Storage.Postgres;
using Culvert.Tests.Conformance;
using Culvert.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Culvert.Tests.Nodes;

public sealed class PostgresNodeStoreTests(PostgresServer server) : NodeStoreConformance, IAsyncLifetime
{
    private PostgresDatabase? _database;
    private NpgsqlDataSource? _source;
    private PostgresNodeStore? _store;

    private protected override INodeStore Store => _store ?? throw new InvalidOperationException("Not set up.");

    private protected override async ValueTask<long> AppendControlAsync(byte[] body) =>
        _database is null
            ? throw new InvalidOperationException("Not set up.")
            : await _database.WriteAsync(
                session => PostgresOutbox.Append(session, body), null, TestContext.Current.CancellationToken);

    public async ValueTask InitializeAsync()
    {
        var connection = await server.CreateDatabaseAsync();
        _database = PostgresDatabase.Open(
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

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }
}
