using System.Net;
using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class SessionService
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Accounts + 10, LogLevel.Information, "Sign-in as {NameKey} from {Address} failed")]
        public static partial void SignInFailed(ILogger logger, string nameKey, IPAddress? address);

        [LoggerMessage(EventIds.Accounts + 11, LogLevel.Warning, "Sign-in as {NameKey} from {Address} was limited")]
        public static partial void SignInLimited(ILogger logger, string nameKey, IPAddress? address);

        [LoggerMessage(
            EventIds.Accounts + 12, LogLevel.Information, "User {UserId} ended {Count} sessions elsewhere")]
        public static partial void SessionsEnded(ILogger logger, long userId, int count);
    }
}
