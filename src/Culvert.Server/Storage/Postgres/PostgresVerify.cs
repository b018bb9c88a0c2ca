using System.Data;
using System.Globalization;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Postgres;

/// <summary>
/// Checks that the logs in a database keep their promises. Servers may be using it: all is read in one snapshot.
/// </summary>
/// <remarks>
/// What the server keeps below the rows, pages and indexes, is its own to check: <c>pg_amcheck</c> does.
/// </remarks>
internal static class PostgresVerify
{
    private const string Schema = "select value from meta where key = 'schema'";
    private const string Tables = """
        select count(*) from pg_tables where schemaname = current_schema() and tablename in ('meta', 'room_events')
        """;

    private const string Unfinished = "select count(*) from meta where key = 'migrating_from'";

    /// <summary>The control log: ids without holes, up to its head.</summary>
    private const string Control = """
        select count(*) from control_head h, (select count(*) as count, min(id) as first, max(id) as last from control)
            as c
        where c.count > 0 and (c.last <> h.last_id or c.last - c.first + 1 <> c.count)
        """;

    /// <summary>Reads everything. The progress is of rows, told on the calling thread.</summary>
    /// <exception cref="StoreOpenException">It cannot be reached, or is not one of ours.</exception>
    public static VerifyReport Run(
        string connectionString,
        TimeProvider time,
        Action<StoreProgress>? progress,
        CancellationToken cancellationToken = default)
    {
        var parts = PostgresDatabase.Complete(connectionString);
        parts.CommandTimeout = 3600;
        var where = $"{parts.Database ?? parts.Username} on {parts.Host}";
        using var session = new PostgresSession(
            parts.ToString(), IsolationLevel.RepeatableRead, isReader: true, time);
        try
        {
            return session.Read(inner => Check(inner, where, progress, cancellationToken));
        }
        catch (Exception exception) when (exception is StoreException || PostgresErrors.IsUnreachable(exception))
        {
            throw new StoreOpenException(
                $"PostgreSQL database {where} cannot be read: {PostgresErrors.Cause(exception)}", exception);
        }
    }

    private static VerifyReport Check(
        SqlSession session, string where, Action<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        if (session.QueryInt64(Tables) != 2)
        {
            throw new StoreOpenException($"PostgreSQL database {where} is not one of Culvert.");
        }

        if (session.QueryText(Schema) is var version
            && version != PostgresMigrations.Latest.ToString(CultureInfo.InvariantCulture))
        {
            throw new StoreOpenException(string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL database {where} has schema {version}, but this version checks schema "
                + $"{PostgresMigrations.Latest}: use the version that wrote it."));
        }

        if (session.QueryInt64(Unfinished) > 0)
        {
            throw new StoreOpenException(
                $"PostgreSQL database {where} is not complete: run culvert migrate sqlite-to-postgres again.");
        }

        var report = VerifyLogs.Check(session, progress, cancellationToken);
        return session.QueryInt64(Control) == 0
            ? report
            : report with { Problems = [.. report.Problems, "The control log has holes, or ends elsewhere."] };
    }
}
