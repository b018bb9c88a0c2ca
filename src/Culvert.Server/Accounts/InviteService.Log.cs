using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class InviteService
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Accounts + 60, LogLevel.Information, "Invitation {Id} was made by user {UserId} for {Uses} uses")]
        public static partial void Made(ILogger logger, long id, long userId, int uses);

        [LoggerMessage(EventIds.Accounts + 61, LogLevel.Information, "Invitation {Id} was withdrawn by user {UserId}")]
        public static partial void Withdrawn(ILogger logger, long id, long userId);

        [LoggerMessage(
            EventIds.Accounts + 62,
            LogLevel.Warning,
            "User {UserId} could not join {Room} by invitation {Id}: {Why}")]
        public static partial void NotJoined(ILogger logger, long userId, string? room, long id, string why);
    }
}
