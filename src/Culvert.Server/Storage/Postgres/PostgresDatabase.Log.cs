using Microsoft.Extensions.Logging;

namespace Culvert.Server.Storage.Postgres;

internal sealed partial class PostgresDatabase
{
    private static partial class Log
    {
        [LoggerMessage(
            4110,
            LogLevel.Information,
            "Opened the database {Database} on {Host} with PostgreSQL {Version}, in {Milliseconds} ms")]
        public static partial void Opened(
            ILogger logger, string? database, string? host, string version, long milliseconds);

        [LoggerMessage(
            4112, LogLevel.Warning, "Started from a backup: gave {Rooms} rooms new epochs, so clients read them anew")]
        public static partial void EpochsRenewed(ILogger logger, int rooms);
    }
}
