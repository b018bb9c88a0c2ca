using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels.Streams;

internal sealed partial class AgentStreams
{
    private static partial class Log
    {
        [LoggerMessage(9005, LogLevel.Error, "A tunnel stream of {User} failed")]
        public static partial void Failed(ILogger logger, string user, Exception exception);
    }
}
