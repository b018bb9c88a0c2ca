using System.Net;
using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Front;

internal sealed partial class FrontServer
{
    private static partial class Log
    {
        [LoggerMessage(EventIds.Front + 1, LogLevel.Error, "A connection from {Peer} failed")]
        public static partial void ConnectionFailed(ILogger logger, EndPoint? peer, Exception exception);

        [LoggerMessage(EventIds.Front + 2, LogLevel.Warning, "No connection could be accepted for a moment: {Why}")]
        public static partial void AcceptFailed(ILogger logger, string why);
    }
}
