using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class AccountService
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Accounts + 20, LogLevel.Information, "User {UserId} was created as {Role}")]
        public static partial void UserCreated(ILogger logger, long userId, RoomRole role);

        [LoggerMessage(
            EventIds.Accounts + 21, LogLevel.Information, "The password of user {UserId} was set by user {ActorId}")]
        public static partial void PasswordSet(ILogger logger, long userId, long actorId);

        [LoggerMessage(
            EventIds.Accounts + 22,
            LogLevel.Information,
            "User {UserId} was changed to role {Role}, disabled {Disabled}, by user {ActorId}")]
        public static partial void UserChanged(
            ILogger logger, long userId, RoomRole? role, bool? disabled, long actorId);
    }
}
