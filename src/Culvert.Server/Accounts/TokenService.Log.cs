using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class TokenService
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Accounts + 30,
            LogLevel.Information,
            "Token {TokenId} of user {UserId} was made by user {ActorId}")]
        public static partial void TokenMinted(ILogger logger, long tokenId, long userId, long actorId);

        [LoggerMessage(EventIds.Accounts + 31, LogLevel.Information, "Token {TokenId} of user {UserId} was withdrawn")]
        public static partial void TokenRevoked(ILogger logger, long tokenId, long userId);
    }
}
