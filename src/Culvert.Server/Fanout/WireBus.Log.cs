using Microsoft.Extensions.Logging;

namespace Culvert.Server.Fanout;

internal sealed partial class WireBus
{
    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Information, "Hears the other nodes through {Wire}.")]
        public static partial void Hears(ILogger logger, string wire);

        [LoggerMessage(
            5002, LogLevel.Warning, "Cannot hear the other nodes through {Wire} and reads the store instead: {Why}")]
        public static partial void CannotHear(ILogger logger, string wire, string why);

        [LoggerMessage(5003, LogLevel.Information, "Tells the other nodes through {Wire}.")]
        public static partial void Speaks(ILogger logger, string wire);

        [LoggerMessage(5004, LogLevel.Warning, "Cannot tell the other nodes anything through {Wire}: {Why}")]
        public static partial void CannotSpeak(ILogger logger, string wire, string why);

        [LoggerMessage(5006, LogLevel.Information, "Hears the other nodes through {Wire} again, after {Seconds} s.")]
        public static partial void HearsAgain(ILogger logger, string wire, double seconds);

        [LoggerMessage(5007, LogLevel.Information, "Tells the other nodes through {Wire} again, after {Seconds} s.")]
        public static partial void SpeaksAgain(ILogger logger, string wire, double seconds);

        [LoggerMessage(5005, LogLevel.Error, "A message of another node was not dealt with.")]
        public static partial void HandlerFailed(ILogger logger, Exception exception);
    }
}
