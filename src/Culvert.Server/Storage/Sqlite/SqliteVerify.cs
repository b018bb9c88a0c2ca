using System.Globalization;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Checks that a database is sound and that its logs keep their promises. A server may be using it.</summary>
internal static class SqliteVerify
{
    /// <summary>
    /// Checks the file, or the database of the data directory. The progress is of rows, told on the calling thread.
    /// </summary>
    /// <exception cref="StoreOpenException">There is no such file, or it is not a database of ours.</exception>
    public static VerifyReport Run(
        string path, Action<StoreProgress>? progress, CancellationToken cancellationToken = default)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, SqliteFiles.DatabaseName) : path;
        file = Path.GetFullPath(file);
        if (!File.Exists(file))
        {
            throw new StoreOpenException($"There is no database {file} to verify: check the path.");
        }

        try
        {
            using var session = SqliteFiles.OpenReader(file);
            RequireOurs(session, file);
            return session.Read(inner => Check(inner, progress, cancellationToken));
        }
        catch (StoreException exception)
        {
            if (SqliteErrors.CodeOf(exception) == SQLitePCL.raw.SQLITE_CORRUPT)
            {
                return new VerifyReport(0, 0, 0, [$"The file is damaged: {exception.Message}"]);
            }

            throw SqliteFiles.Explain(file, exception);
        }
    }

    private static void RequireOurs(SqlSession session, string file)
    {
        if (session.QueryInt64("pragma application_id") != Migrations.ApplicationId)
        {
            throw new StoreOpenException($"{file} is not a database of Culvert.");
        }

        if (session.QueryInt64("pragma user_version") is var version && version != Migrations.Latest)
        {
            throw new StoreOpenException(string.Create(
                CultureInfo.InvariantCulture,
                $"{file} has schema {version}, but this version checks schema {Migrations.Latest}: use the version "
                + $"that wrote it."));
        }
    }

    private static VerifyReport Check(
        SqlSession session, Action<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        CheckIntegrity(session, problems);
        if (problems.Count > 0)
        {
            // The rows of a damaged file say nothing about the logs.
            return new VerifyReport(0, 0, 0, problems);
        }

        return VerifyLogs.Check(session, progress, cancellationToken);
    }

    private static void CheckIntegrity(SqlSession session, List<string> problems)
    {
        // Also finds a key that an index holds twice, and rows that an index lacks.
        var statement = session.Prepare("pragma integrity_check(100)");
        while (statement.Step())
        {
            var text = statement.Text(0);
            if (text != "ok")
            {
                problems.Add($"The file is damaged: {text}.");
            }
        }
    }
}
