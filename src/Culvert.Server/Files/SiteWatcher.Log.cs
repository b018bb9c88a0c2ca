using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

internal sealed partial class SiteWatcher
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Files + 10,
            LogLevel.Warning,
            "The files in {Root} cannot be watched; a change shows after a second instead of at once")]
        public static partial void NotWatched(ILogger logger, string root, Exception exception);

        [LoggerMessage(
            EventIds.Files + 11,
            LogLevel.Information,
            "More files changed in {Root} than could be followed; all are read again")]
        public static partial void Lost(ILogger logger, string root, Exception exception);
    }
}
