using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

internal sealed partial class Refusals
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 10, LogLevel.Error, "Request {Method} {Path} failed")]
        public static partial void RequestFailed(ILogger logger, string method, string? path, Exception exception);

        [LoggerMessage(
            EventIds.Hosting + 11,
            LogLevel.Error,
            "The store failed a request {Method} {Path}, and {Held} more before it: {Why}")]
        public static partial void StoreFailed(ILogger logger, string method, string? path, string why, int held);
    }
}
