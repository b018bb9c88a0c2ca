using Microsoft.Extensions.Logging;

namespace Culvert.Server.Rooms;

internal sealed partial class CommitLoop
{
    private static partial class Log
    {
        [LoggerMessage(
            3001,
            LogLevel.Error,
            "Could not commit {Count} changes: {Why} None was acknowledged, nor is any until commits work again.")]
        public static partial void CommitFailed(ILogger logger, int count, string why);

        [LoggerMessage(3002, LogLevel.Error, "A change of room {Room} was committed, but telling its sender failed.")]
        public static partial void CompleteFailed(ILogger logger, string room, Exception exception);

        [LoggerMessage(3004, LogLevel.Error, "Could not read room {Room} after a commit with an unknown result: {Why}")]
        public static partial void ResyncFailed(ILogger logger, string room, string why);

        [LoggerMessage(3003, LogLevel.Warning, "Read room {Room} again after a commit with an unknown result.")]
        public static partial void Resynced(ILogger logger, string room);

        [LoggerMessage(3007, LogLevel.Information, "Commits work again, after {Seconds} s.")]
        public static partial void Commits(ILogger logger, double seconds);

        [LoggerMessage(
            3008, LogLevel.Information, "All rooms were read after commits with an unknown result, after {Seconds} s.")]
        public static partial void Certain(ILogger logger, double seconds);
    }
}
