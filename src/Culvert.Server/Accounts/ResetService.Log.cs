using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class ResetService
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Accounts + 70,
            LogLevel.Information,
            "A link to a new password of user {UserId} was made by user {ActorId}")]
        public static partial void Made(ILogger logger, long userId, long actorId);

        [LoggerMessage(
            EventIds.Accounts + 71, LogLevel.Information, "User {UserId} set a new password by a link")]
        public static partial void Taken(ILogger logger, long userId);
    }
}
