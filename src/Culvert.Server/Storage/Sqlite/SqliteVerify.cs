using System.Globalization;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Checks that a database is sound and that its logs keep their promises. A server may be using it.</summary>
internal static class SqliteVerify
{
    private const int MaxProblems = 1000;

    /// <summary>
    /// Checks the file, or the database of the data directory. The progress is of rows, told on the calling thread.
    /// </summary>
    /// <exception cref="StoreOpenException">There is no such file, or it is not a database of ours.</exception>
    public static VerifyReport Run(
        string path, Action<SqliteProgress>? progress, CancellationToken cancellationToken = default)
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
        catch (Exception exception) when (exception is SqliteException or StoreException)
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
        SqlSession session, Action<SqliteProgress>? progress, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        CheckIntegrity(session, problems);
        if (problems.Count > 0)
        {
            // The rows of a damaged file say nothing about the logs.
            return new VerifyReport(0, 0, 0, problems);
        }

        var rooms = VerifyRoom.List(session);
        var total = rooms.Sum(static room => room.LastOffset - room.FloorOffset + 1 + room.LastSeq - room.FloorSeq + 1);
        var counts = new VerifyCounts(total, progress, cancellationToken);
        foreach (var room in rooms)
        {
            new VerifyRoom(session, room, counts, problems).Check();
        }

        VerifyOrphans.Check(session, problems);
        if (problems.Count > MaxProblems)
        {
            var more = problems.Count - MaxProblems;
            problems.RemoveRange(MaxProblems, more);
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"There are {more} more problems."));
        }

        return new VerifyReport(rooms.Count, counts.Events, counts.Messages, problems);
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
