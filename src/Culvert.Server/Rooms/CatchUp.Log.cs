using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class CatchUp
{
    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Error, "Could not read the log of room {Room} for a reader: {Why}")]
        public static partial void ReadFailed(ILogger logger, string room, string why);
    }
}
