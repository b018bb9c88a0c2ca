using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Postgres;
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
        Rooms = new SqlRoomStore(database, () => Incarnation());
        Audit = new SqlAuditLog(database);
        Outbox = database is PostgresDatabase ? new ControlOutbox() : null;
        Accounts = new SqlAccountStore(database, Outbox is null ? null : new PostgresOutbox(Outbox));
    }

    /// <summary>For the stores of the application on top.</summary>
    public SqlDatabase Database { get; }

    public IRoomStore Rooms { get; }

    public IAuditLog Audit { get; }

    public IAccountStore Accounts { get; }

    /// <summary>What changes of accounts tell the other nodes; null where a database is not shared.</summary>
    public ControlOutbox? Outbox { get; }

    /// <summary>
    /// The lease under which this node appends where several share a database; 0, as at first, for none. Asked at every
    /// commit.
    /// </summary>
    public Func<long> Incarnation { get; set; } = static () => 0;

    /// <exception cref="StoreOpenException">
    /// It cannot be used; the message is for the person at the console.
    /// </exception>
    /// <exception cref="SettingException">The database that the options name cannot be used.</exception>
    public static Stores Open(ServerOptions options, TimeProvider time, ILoggerFactory loggers) => new(
        options.Store is { } store
            ? OpenPostgres(options.Data, store, time, loggers)
            : SqliteDatabase.Open(
                options.Data,
                new SqliteTuning { Durability = DurabilityOf(options) },
                time,
                loggers.CreateLogger<SqliteDatabase>()));

    /// <summary>Finishes what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await Rooms.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static PostgresDatabase OpenPostgres(
        string directory, string store, TimeProvider time, ILoggerFactory loggers)
    {
        // For what stays on disk: keys, uploads, the owner's token.
        SqliteFiles.Prepare(directory);
        try
        {
            return PostgresDatabase.Open(
                store, new PostgresTuning(), time, loggers.CreateLogger<PostgresDatabase>());
        }
        catch (StoreOpenException exception)
        {
            throw new SettingException($"store: {exception.Message}");
        }
    }

    private static SqliteDurability DurabilityOf(ServerOptions options) =>
        options.Durability == Durability.Disk ? SqliteDurability.Disk : SqliteDurability.Process;
}
