using Microsoft.Extensions.Logging;

namespace Culvert.Server.Storage.Sqlite;

internal sealed partial class SqliteDatabase
{
    private static partial class Log
    {
        [LoggerMessage(
            4100,
            LogLevel.Information,
            "Opened {Path} with SQLite {Version}, durability {Durability}, in {Milliseconds} ms")]
        public static partial void Opened(
            ILogger logger, string path, string version, SqliteDurability durability, long milliseconds);

        [LoggerMessage(
            4103, LogLevel.Warning, "Started from a backup: gave {Rooms} rooms new epochs, so clients read them anew")]
        public static partial void EpochsRenewed(ILogger logger, int rooms);
    }
}
