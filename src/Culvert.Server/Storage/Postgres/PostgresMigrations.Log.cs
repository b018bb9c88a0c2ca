using Microsoft.Extensions.Logging;

namespace Culvert.Server.Storage.Postgres;

internal static partial class PostgresMigrations
{
    private static partial class Log
    {
        [LoggerMessage(4111, LogLevel.Information, "Set up schema {Version} in PostgreSQL")]
        public static partial void Migrated(ILogger logger, int version);
    }
}
