using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

internal sealed partial class Rounds
{
    private static partial class Log
    {
        [LoggerMessage(13001, LogLevel.Warning, "Could not {What}, and goes on trying: {Why}")]
        public static partial void Failed(ILogger logger, string what, string why);

        [LoggerMessage(13002, LogLevel.Information, "Could {What} again, after {Seconds} s.")]
        public static partial void Recovered(ILogger logger, string what, double seconds);
    }
}
