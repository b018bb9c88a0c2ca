using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Chat.Search.Indexing;

internal sealed partial class LogFollower
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Chat + 420,
            LogLevel.Warning,
            "Messages could not be indexed for search: {Reason}; the next try is in seconds")]
        public static partial void Failed(ILogger logger, string reason);

        [LoggerMessage(
            EventIds.Chat + 421,
            LogLevel.Information,
            "Messages could be indexed for search again, after {Seconds} s")]
        public static partial void Indexing(ILogger logger, double seconds);
    }
}
