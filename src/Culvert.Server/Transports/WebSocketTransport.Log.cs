using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Transports;

internal sealed partial class WebSocketTransport
{
    private static partial class Log
    {
        [LoggerMessage(
            6001,
            LogLevel.Information,
            "WebSocket of {User} ended: {Code} {Why}; {Face}, {Bytes} bytes sent in {Milliseconds} ms")]
        public static partial void Ended(
            ILogger logger, string user, Face face, int code, string why, long bytes, long milliseconds);
    }
}
