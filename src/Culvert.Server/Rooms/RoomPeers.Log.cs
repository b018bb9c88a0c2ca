using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class RoomPeers
{
    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Error, "Failed at a message of another node ({Kind}).")]
        public static partial void HearFailed(ILogger logger, string kind, Exception exception);

        [LoggerMessage(3402, LogLevel.Warning, "Could not look how far the logs of the rooms go: {Why}")]
        public static partial void LookFailed(ILogger logger, string why);
    }
}
