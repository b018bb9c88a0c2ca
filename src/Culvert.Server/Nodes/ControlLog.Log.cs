using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

internal sealed partial class ControlLog
{
    private static partial class Log
    {
        [LoggerMessage(
            13021,
            LogLevel.Warning,
            "Entries of the control log were gone before they were read; all caches are emptied.")]
        public static partial void Missed(ILogger logger);

        [LoggerMessage(13022, LogLevel.Error, "Entry {Id} of the control log cannot be read: {Why}")]
        public static partial void Unreadable(ILogger logger, long id, string why);
    }
}
