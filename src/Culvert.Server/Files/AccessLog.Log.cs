using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

internal sealed partial class AccessLog
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Files + 30, LogLevel.Information, "{Line}")]
        public static partial void Answered(ILogger logger, string line);
    }
}
