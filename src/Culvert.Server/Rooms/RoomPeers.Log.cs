using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class RoomPeers
{
    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Error, "Failed at a message of another node ({Kind}).")]
        public static partial void HearFailed(ILogger logger, string kind, Exception exception);

        [LoggerMessage(
            3402, LogLevel.Warning, "Could not look how far the logs of the rooms go, and goes on trying: {Why}")]
        public static partial void LookFailed(ILogger logger, string why);

        [LoggerMessage(
            3403, LogLevel.Information, "Could look how far the logs of the rooms go again, after {Seconds} s.")]
        public static partial void Looked(ILogger logger, double seconds);
    }
}
