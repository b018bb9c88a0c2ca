using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

internal sealed partial class Site
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Files + 1, LogLevel.Error, "Answering a request for a file failed")]
        public static partial void AnswerFailed(ILogger logger, Exception exception);

        [LoggerMessage(
            EventIds.Files + 2,
            LogLevel.Error,
            "The system could not open {Path}: out of descriptors or memory, or the disk fails")]
        public static partial void OpenFailed(ILogger logger, string path);

        [LoggerMessage(EventIds.Files + 3, LogLevel.Error, "Checking the cached files failed; trying again")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
