using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class RoomFollower
{
    private static partial class Log
    {
        [LoggerMessage(3005, LogLevel.Warning, "Could not read on in the log of room {Room}: {Why}")]
        public static partial void FollowFailed(ILogger logger, string room, string why);

        [LoggerMessage(3006, LogLevel.Information, "Could read on in the log of room {Room} again, after {Seconds} s.")]
        public static partial void Followed(ILogger logger, string room, double seconds);
    }
}
