using Culvert.Server.Fanout;
using Culvert.Server.Fanout.Postgres;
using Culvert.Tests.Conformance;
using Npgsql;

namespace Culvert.Tests.Fanout;

/// <summary>With a server of its own, as some of it ends the server.</summary>
public sealed class PostgresBusTests(PostgresBusServer fixture)
    : WireBusConformance, IClassFixture<PostgresBusServer>, IAsyncLifetime
{
    private NpgsqlDataSource _source = null!; // Set before each test.

    public async ValueTask InitializeAsync() =>
        _source = NpgsqlDataSource.Create(await fixture.Server.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }
    }

    private protected override Task<IBusWire> WireAsync(string channel) =>
        Task.FromResult<IBusWire>(new PostgresWire(_source, channel, TimeProvider.System));

    private protected override async Task EndConnectionsAsync()
    {
        await using var command = _source.CreateCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid()");
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private protected override Task StopServerAsync() => fixture.Server.KillAsync();

    private protected override Task StartServerAsync() => fixture.Server.EnsureAsync();
}
