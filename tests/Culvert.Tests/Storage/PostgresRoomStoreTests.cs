using Culvert.Server.Rooms;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Culvert.Tests.Conformance;
using Culvert.Tests.Servers;

namespace Culvert.Tests.Storage;

public sealed class PostgresRoomStoreTests(PostgresServer server) : RoomStoreConformance
{
    private PostgresDatabase? _database;

    internal override async Task<IRoomStore> CreateStoreAsync()
    {
        _database = PostgresFixture.Open(await server.CreateSchemaAsync());
        await StoredUsers.AddAsync(_database);
        return new SqlRoomStore(_database);
    }

    // The database is there from CreateStoreAsync on.
    internal override IAuditLog Audit => new SqlAuditLog(_database!);

    /// <summary>Refuses texts as the server does when its disk is full.</summary>
    internal override Task SetFullAsync(bool full) => _database!.WriteAsync(
        session =>
        {
            const string Fill = """
                create function refuse() returns trigger language plpgsql as
                    'begin raise exception using errcode = ''53100'', message = ''no space left''; end';
                create trigger full_disk before insert on texts execute function refuse();
                """;

            session.Execute(full ? Fill : "drop trigger full_disk on texts; drop function refuse");
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
    }
}
