using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class SessionSweeper
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Accounts + 40,
            LogLevel.Warning,
            "Expired sessions could not be deleted; the next try is in an hour")]
        public static partial void SweepFailed(ILogger logger, Exception exception);
    }
}
