using System.Text;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Storage;

/// <summary>Verbs of the tests that are about SQLite itself.</summary>
internal static class SqliteFixture
{
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static SqliteDatabase Open(string directory, SqliteTuning? options = null) => SqliteDatabase.Open(
        directory, options ?? new SqliteTuning { Readers = 2 }, TimeProvider.System, NullLogger.Instance);

    /// <summary>Opens a new database with the test users and rooms 1 to <paramref name="rooms"/>.</summary>
    public static async Task<(SqliteDatabase Database, SqlRoomStore Store)> CreateAsync(
        string directory, int rooms = 1, SqliteTuning? options = null)
    {
        var database = Open(directory, options);
        await StoredUsers.AddAsync(database);
        var store = new SqlRoomStore(database);
        await StoredRooms.AddAsync(store, rooms);
        return (database, store);
    }

    /// <summary>Runs a statement on a closed database, as a program that knows nothing of its rules would.</summary>
    public static void Execute(string file, string sql)
    {
        SqliteFiles.CreatePrivately(file);
        using var session = SqliteFiles.OpenPlain(file);
        session.Execute(sql);
    }

    /// <summary>Files of the directory that hold the text anywhere in their bytes.</summary>
    public static string[] FilesWith(string directory, string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return [.. Directory.GetFiles(directory).Where(file => Contains(file, wanted)).Select(Path.GetFileName)!];
    }

    private static bool Contains(string file, byte[] wanted)
    {
        // SQLite's own files are open and the lock is held by this process: both may be read with sharing alone.
        if (Path.GetFileName(file) == DirectoryLock.FileName)
        {
            return false;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().AsSpan().IndexOf(wanted) >= 0;
    }
}
