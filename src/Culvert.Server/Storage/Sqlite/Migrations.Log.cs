using Microsoft.Extensions.Logging;

namespace Culvert.Server.Storage.Sqlite;

internal static partial class Migrations
{
    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Information, "Set up schema {Version} in {Path}")]
        public static partial void Migrated(ILogger logger, int version, string path);
    }
}
