using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Transports;

internal sealed partial class StoreGuard
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Transports + 100,
            LogLevel.Error,
            "The store failed a {Method} request of {Endpoint}, and {Held} more before it: {Why}")]
        public static partial void StoreFailed(
            ILogger logger, string method, string? endpoint, string why, int held);
    }
}
