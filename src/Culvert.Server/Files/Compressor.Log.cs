using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

internal sealed partial class Compressor
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Files + 20, LogLevel.Error, "Compressing {Path} failed; it is sent as it is")]
        public static partial void Failed(ILogger logger, string path, Exception exception);
    }
}
