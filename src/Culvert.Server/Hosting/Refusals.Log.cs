using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

internal sealed partial class Refusals
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Hosting + 10, LogLevel.Error, "Request {Method} {Path} failed")]
        public static partial void RequestFailed(ILogger logger, string method, string? path, Exception exception);

        [LoggerMessage(EventIds.Hosting + 11, LogLevel.Warning, "A request failed because the store did")]
        public static partial void StoreFailed(ILogger logger, Exception exception);
    }
}
