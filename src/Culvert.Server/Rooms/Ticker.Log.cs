using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class Ticker
{
    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Warning, "Could not trim logs to their retention: {Why}")]
        public static partial void TrimFailed(ILogger logger, string why);
    }
}
