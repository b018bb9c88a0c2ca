using System.Globalization;
using Culvert.Server.Storage.Sql;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Opens connections to the database of a data directory, with the settings each role needs.</summary>
internal static class SqliteFiles
{
    public const string DatabaseName = "culvert.db";

    private const int BusyMilliseconds = 10_000;

    /// <summary>Creates the directory and an empty file, both private to the user, when they are missing.</summary>
    public static string Prepare(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(
                    directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DirectoryLock.NotWritable(directory, exception);
        }

        return Path.Combine(directory, DatabaseName);
    }

    /// <summary>SQLite gives its other files the mode of this one, so it must not be born readable to all.</summary>
    public static void CreatePrivately(string path)
    {
        if (!File.Exists(path))
        {
            using var stream = new FileStream(
                path, DirectoryLock.Options(FileMode.CreateNew, FileShare.ReadWrite));
        }
    }

    public static SqliteSession OpenWriter(string path, SqliteTuning options)
    {
        var session = Open(path, SqliteOpenMode.ReadWrite, BusyMilliseconds);
        try
        {
            // The page size counts only before the first page is written, so it comes before the journal mode.
            session.Execute("pragma page_size = 8192");
            if (session.QueryText("pragma journal_mode = wal") != "wal")
            {
                throw new StoreOpenException(
                    $"{path} cannot use a write-ahead log: keep the data directory on a local file system.");
            }

            session.Execute(options.Durability == SqliteDurability.Disk
                ? "pragma synchronous = full"
                : "pragma synchronous = normal");
            session.Execute("""
                pragma wal_autocheckpoint = 0;
                pragma journal_size_limit = 33554432;
                pragma cache_size = -16384;
                """);
            if (options.MaxPages is { } pages)
            {
                session.Execute(string.Create(CultureInfo.InvariantCulture, $"pragma max_page_count = {pages}"));
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public static SqliteSession OpenReader(string path)
    {
        var session = Open(path, SqliteOpenMode.ReadOnly, BusyMilliseconds);
        session.Execute("pragma query_only = on; pragma cache_size = -4096");
        return session;
    }

    /// <summary>
    /// A connection for checkpoints: it must not wait for readers, since the writer waits for it.
    /// </summary>
    public static SqliteSession OpenCheckpointer(string path, SqliteTuning options)
    {
        var session = Open(path, SqliteOpenMode.ReadWrite, busyMilliseconds: 0);
        session.Execute("pragma wal_autocheckpoint = 0; pragma journal_size_limit = 33554432");
        session.Execute(options.Durability == SqliteDurability.Disk
            ? "pragma synchronous = full"
            : "pragma synchronous = normal");
        return session;
    }

    /// <summary>The only connection to a file that is being written, such as a backup before it has its name.</summary>
    public static SqliteSession OpenPlain(string path) => Open(path, SqliteOpenMode.ReadWrite, BusyMilliseconds);

    /// <summary>What stopped an open, as a sentence for the person who starts the server.</summary>
    public static StoreOpenException Explain(string path, Exception exception)
    {
        return SqliteErrors.CodeOf(exception) switch
        {
            raw.SQLITE_NOTADB => new StoreOpenException(
                $"{path} is not a database: move it away, or choose another directory with --data.", exception),
            raw.SQLITE_CORRUPT => new StoreOpenException(
                $"{path} is damaged ({exception.Message.TrimEnd('.')}): run culvert verify to see what is wrong, and "
                + "restore the last backup.",
                exception),
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => DirectoryLock.NotWritable(
                Path.GetDirectoryName(path) ?? path, exception),
            raw.SQLITE_FULL => new StoreOpenException(
                $"The disk of {path} is full: make room, then start again.", exception),
            _ => new StoreOpenException($"{path} cannot be opened: {exception.Message}", exception),
        };
    }

    private static SqliteSession Open(string path, SqliteOpenMode mode, int busyMilliseconds)
    {
        SqliteLibrary.EnsureLoaded();
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
        };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Check(raw.sqlite3_extended_result_codes(session.Handle, 1));
            session.Check(raw.sqlite3_busy_timeout(session.Handle, busyMilliseconds));
            // Erased text must not stay in free space (secure_delete), nor in a temporary file.
            session.Execute("""
                pragma secure_delete = on;
                pragma temp_store = memory;
                pragma foreign_keys = off;
                pragma mmap_size = 268435456;
                """);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
