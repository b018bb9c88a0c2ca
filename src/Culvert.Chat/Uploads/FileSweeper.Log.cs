using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Chat.Uploads;

internal sealed partial class FileSweeper
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Chat + 400,
            LogLevel.Warning,
            "Files that no message has could not be deleted: {Reason}; the next try is in an hour at the latest")]
        public static partial void SweepFailed(ILogger logger, string reason);
    }
}
