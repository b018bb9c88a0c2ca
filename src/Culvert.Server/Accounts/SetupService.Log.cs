using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class SetupService
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Accounts + 50, LogLevel.Information, "User {UserId} was set up as the owner")]
        public static partial void OwnerSetUp(ILogger logger, long userId);

        [LoggerMessage(
            EventIds.Accounts + 51, LogLevel.Warning, "{Path} cannot be deleted; its code is of no use any more")]
        public static partial void CodeStays(ILogger logger, string path, Exception exception);
    }
}
