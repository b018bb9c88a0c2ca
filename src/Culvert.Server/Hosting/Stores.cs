using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>The engine that keeps everything, opened before the port is.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private Stores(SqlDatabase database)
    {
        Database = database;
        Rooms = new SqlRoomStore(database);
        Audit = new SqlAuditLog(database);
        Accounts = new SqlAccountStore(database);
    }

    /// <summary>For the stores of the application on top.</summary>
    public SqlDatabase Database { get; }

    public IRoomStore Rooms { get; }

    public IAuditLog Audit { get; }

    public IAccountStore Accounts { get; }

    /// <exception cref="StoreOpenException">
    /// It cannot be used; the message is for the person at the console.
    /// </exception>
    public static Stores Open(ServerOptions options, TimeProvider time, ILoggerFactory loggers) =>
        new(SqliteDatabase.Open(
            options.Data,
            new SqliteTuning { Durability = DurabilityOf(options) },
            time,
            loggers.CreateLogger<SqliteDatabase>()));

    private static SqliteDurability DurabilityOf(ServerOptions options) =>
        options.Durability == Durability.Disk ? SqliteDurability.Disk : SqliteDurability.Process;

    /// <summary>Finishes what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await Rooms.DisposeAsync();
        await Database.DisposeAsync();
    }
}
