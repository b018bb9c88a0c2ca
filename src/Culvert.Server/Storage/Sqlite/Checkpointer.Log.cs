using Microsoft.Extensions.Logging;

namespace Culvert.Server.Storage.Sqlite;

internal sealed partial class Checkpointer
{
    private static partial class Log
    {
        [LoggerMessage(4102, LogLevel.Warning, "A checkpoint failed and will be tried again: {Reason}")]
        public static partial void CheckpointFailed(ILogger logger, string reason);
    }
}
