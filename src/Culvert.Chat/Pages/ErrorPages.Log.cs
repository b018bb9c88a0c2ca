using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Chat.Pages;

internal sealed partial class ErrorPages
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Chat, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void PageFailed(ILogger logger, string method, string path, Exception exception);
    }
}
