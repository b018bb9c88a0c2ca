using System.Globalization;
using System.Security.Cryptography;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;

namespace Culvert.Server.Storage.Moving;

/// <summary>Copies everything of a SQLite database into an empty PostgreSQL database and compares both.</summary>
/// <remarks>
/// Rows go in the order of their keys, some at a time and each time in one transaction, so the highest key that is
/// there says where to go on after an interruption. The index of search is not copied: a server makes it from the logs.
/// </remarks>
internal sealed class SqliteToPostgres(SqliteDatabase from, PostgresDatabase to, IProgress<double>? progress)
{
    private const int Limit = 2000;

    /// <summary>Texts and pictures may be long.</summary>
    private const int LongLimit = 100;

    private static readonly string[] Names =
    [
        "users", "sessions", "tokens", "rooms", "memberships", "texts", "messages", "room_events", "reactions", "audit",
        "avatars", "invites", "resets", "files",
    ];

    private long _done;
    private long _total;

    /// <summary>Copies what is missing, then reads both. The number of rows, by table.</summary>
    /// <exception cref="StoreException">A database failed; the same call goes on where this one stopped.</exception>
    /// <exception cref="StoreOpenException">The target holds other data, or the copy is not the same.</exception>
    public async Task<IReadOnlyDictionary<string, long>> RunAsync(CancellationToken cancellationToken)
    {
        var tables = await from.ReadSessionAsync(ReadTables, cancellationToken);
        await ClaimAsync(tables, cancellationToken);
        var counts = new Dictionary<string, long>();
        foreach (var table in tables)
        {
            counts[table.Name] = await from.ReadSessionAsync(
                session => session.QueryInt64(table.Count), cancellationToken);
        }

        // Each row is copied and compared.
        _total = 2 * counts.Values.Sum();
        foreach (var table in tables)
        {
            await CopyAsync(table, cancellationToken);
        }

        foreach (var table in tables)
        {
            await CompareAsync(table, cancellationToken);
        }

        await to.WriteLockedAsync(Finish, null, cancellationToken);
        return counts;
    }

    private static List<MovedTable> ReadTables(SqlSession session)
    {
        const string Sql = "select name, lower(type), pk from pragma_table_info(?1) order by cid";

        List<MovedTable> tables = [];
        foreach (var name in Names)
        {
            List<MovedColumn> columns = [];
            for (var row = session.Prepare(Sql).Bind(1, name); row.Step();)
            {
                columns.Add(new MovedColumn(row.Text(0), row.Text(1), (int)row.Int64(2)));
            }

            // Dead texts are zeros that only SQLite needs.
            tables.Add(name == "texts"
                ? new MovedTable(name, columns, LongLimit, "dead = 0")
                : new MovedTable(name, columns, name == "avatars" ? LongLimit : Limit));
        }

        return tables;
    }

    /// <summary>Marks the target as this database's, or finds that it is already.</summary>
    private async Task ClaimAsync(List<MovedTable> tables, CancellationToken cancellationToken)
    {
        const string Find = "select value from meta where key = 'migrating_from'";
        const string Save = "insert into meta (key, value) values ('migrating_from', ?1)";

        // The millisecond in which the database was made tells it from others.
        var origin = await from.ReadSessionAsync(
            static session => session.QueryInt64("select created_at from users where id = 1"), cancellationToken);
        var mark = origin.ToString(CultureInfo.InvariantCulture);
        await to.WriteLockedAsync(
            session =>
            {
                var found = session.QueryText(Find);
                if (found == mark)
                {
                    return false;
                }

                var rows = tables.Sum(table => session.QueryInt64(table.Count));
                if (found != "" || rows > 1)
                {
                    throw new StoreOpenException(
                        "the target holds other data already, and nothing of it was changed: name an empty database.");
                }

                // The owner that a new database begins with.
                session.Execute("delete from users");
                session.Prepare(Save).Bind(1, mark).Run();
                return true;
            },
            null,
            cancellationToken);
    }

    private async Task CopyAsync(MovedTable table, CancellationToken cancellationToken)
    {
        var last = await to.ReadSessionAsync(table.ReadLast, cancellationToken);
        if (last is not null)
        {
            Report(await to.ReadSessionAsync(session => session.QueryInt64(table.Count), cancellationToken));
        }

        while (true)
        {
            var after = last;
            var rows = await from.ReadSessionAsync(session => table.Read(session, after), cancellationToken);
            if (rows.Count == 0)
            {
                return;
            }

            await to.WriteLockedAsync(
                session =>
                {
                    table.Write((PostgresSession)session, rows);
                    return true;
                },
                null,
                cancellationToken);
            last = rows[^1];
            Report(rows.Count);
        }
    }

    private async Task CompareAsync(MovedTable table, CancellationToken cancellationToken)
    {
        object?[]? last = null;
        while (true)
        {
            var after = last;
            var ours = await from.ReadSessionAsync(session => table.Read(session, after), cancellationToken);
            var theirs = await to.ReadSessionAsync(session => table.Read(session, after), cancellationToken);
            if (ours.Count != theirs.Count || !HashOf(ours).AsSpan().SequenceEqual(HashOf(theirs)))
            {
                throw new StoreOpenException(
                    $"the copy of the table {table.Name} is not the same as the original: empty the target and begin "
                    + "anew.");
            }

            if (ours.Count == 0)
            {
                return;
            }

            last = ours[^1];
            Report(ours.Count);
        }
    }

    private static byte[] HashOf(List<object?[]> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[9];
        foreach (var value in rows.SelectMany(static row => row))
        {
            // The kind, then the number or the length, so that no two rows look the same.
            number[0] = (byte)(value is null ? 0 : value is long ? 1 : 2);
            System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(
                number[1..], value is long known ? known : ((byte[]?)value)?.Length ?? 0);
            hash.AppendData(number);
            if (value is byte[] bytes)
            {
                hash.AppendData(bytes);
            }
        }

        return hash.GetHashAndReset();
    }

    /// <summary>New ids go on behind the copied ones; from now on a server takes the database.</summary>
    private static bool Finish(SqlSession session)
    {
        session.Execute("""
            select setval('text_ids', 1 + (select coalesce(max(id), 0) from texts));
            select setval(pg_get_serial_sequence('audit', 'id'), 1 + (select coalesce(max(id), 0) from audit));
            delete from meta where key = 'migrating_from';
            """);
        return true;
    }

    private void Report(long rows)
    {
        _done += rows;
        progress?.Report(_total == 0 ? 1 : Math.Min(1, (double)_done / _total));
    }
}
