using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

internal sealed partial class PresenceExchange
{
    private static partial class Log
    {
        [LoggerMessage(13901, LogLevel.Warning, "Could not store who is in which room: {Why}")]
        public static partial void WriteFailed(ILogger logger, string why);

        [LoggerMessage(13902, LogLevel.Warning, "Could not read who is on node {Incarnation}: {Why}")]
        public static partial void ReadFailed(ILogger logger, long incarnation, string why);
    }
}
