using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class CommitLoop
{
    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "Could not commit {Count} changes: {Why} Nothing of them was acknowledged.")]
        public static partial void CommitFailed(ILogger logger, int count, string why);
    }
}
