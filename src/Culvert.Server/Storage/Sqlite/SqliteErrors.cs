using System.Globalization;
using Culvert.Server.Rooms;
using SQLitePCL;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Turns SQLite's result codes into <see cref="StoreException"/>.</summary>
internal static class SqliteErrors
{
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int IoErrorSharedMemorySize = raw.SQLITE_IOERR | (19 << 8);

    public static StoreException Create(sqlite3 database, int result)
    {
        var extended = raw.sqlite3_extended_errcode(database);
        var code = (extended & 0xff) == (result & 0xff) ? extended : result;
        var text = raw.sqlite3_errmsg(database).utf8_to_string();
        var isFull = IsFull(code, SqliteLibrary.SystemErrno(database));
        return new StoreException(Sentence(code, text), isFull, new SqliteFault(text, code));
    }

    /// <summary>The primary result code behind an exception of this folder; 0 when SQLite did not cause it.</summary>
    public static int CodeOf(Exception exception) => ((exception.InnerException as SqliteFault)?.Code ?? 0) & 0xff;

    private static string Sentence(int code, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"The database failed: {text} (SQLite result {code}).");

    /// <summary>
    /// SQLite says FULL only for a failed write; the same lack of space while it grows the shared-memory file, or a
    /// user's quota, is an I/O error with an errno.
    /// </summary>
    private static bool IsFull(int code, int errno) =>
        (code & 0xff) == raw.SQLITE_FULL
        || code == IoErrorSharedMemorySize
        || ((code & 0xff) == raw.SQLITE_IOERR && errno is NoSpace or QuotaExceeded);
}
