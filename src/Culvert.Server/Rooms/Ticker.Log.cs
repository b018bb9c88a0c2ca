using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class Ticker
{
    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Warning, "Could not trim logs to their retention: {Why}")]
        public static partial void TrimFailed(ILogger logger, string why);

        [LoggerMessage(3302, LogLevel.Error, "A tick of the rooms failed; the next one goes on")]
        public static partial void TickFailed(ILogger logger, Exception exception);
    }
}
