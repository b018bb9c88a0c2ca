using Microsoft.Extensions.Logging;

namespace Culvert.Server.Pipes.Relaying;

internal sealed partial class RelayTable
{
    private static partial class Log
    {
        [LoggerMessage(8002, LogLevel.Error, "A session with {Leg} failed")]
        public static partial void Failed(ILogger logger, string leg, Exception exception);
    }
}
