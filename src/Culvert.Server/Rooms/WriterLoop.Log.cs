using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class WriterLoop
{
    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Error, "Writer loop {Loop} failed on a connection of {User}, which it dropped.")]
        public static partial void Failed(ILogger logger, int loop, string user, Exception exception);
    }
}
