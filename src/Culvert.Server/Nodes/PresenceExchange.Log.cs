using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

internal sealed partial class PresenceExchange
{
    private static partial class Log
    {
        [LoggerMessage(13901, LogLevel.Warning, "Could not store who is in which room, and goes on trying: {Why}")]
        public static partial void WriteFailed(ILogger logger, string why);

        [LoggerMessage(
            13902, LogLevel.Warning, "Could not read who is on node {Incarnation}, and goes on trying: {Why}")]
        public static partial void ReadFailed(ILogger logger, long incarnation, string why);

        [LoggerMessage(13903, LogLevel.Information, "Could store who is in which room again, after {Seconds} s.")]
        public static partial void Wrote(ILogger logger, double seconds);

        [LoggerMessage(13904, LogLevel.Information, "Could read who is on other nodes again, after {Seconds} s.")]
        public static partial void Read(ILogger logger, double seconds);
    }
}
