using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

internal sealed partial class Shutdown
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 20, LogLevel.Information, "Stopping")]
        public static partial void Draining(ILogger logger);

        [LoggerMessage(EventIds.Hosting + 21, LogLevel.Information, "Stopped after {Milliseconds} ms")]
        public static partial void Stopped(ILogger logger, long milliseconds);

        [LoggerMessage(EventIds.Hosting + 22, LogLevel.Warning, "Stopping {Step} took too long and was given up")]
        public static partial void StepTookTooLong(ILogger logger, string step);

        [LoggerMessage(EventIds.Hosting + 23, LogLevel.Error, "Stopping {Step} failed")]
        public static partial void StepFailed(ILogger logger, string step, Exception exception);
    }
}
