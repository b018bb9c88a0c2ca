using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Transports;

internal sealed partial class StreamTransport
{
    private static partial class Log
    {
        [LoggerMessage(
            6101,
            LogLevel.Information,
            "Stream of {User} ended: {Why}; {Face}, {Bytes} bytes sent in {Milliseconds} ms")]
        public static partial void Ended(
            ILogger logger, string user, Face face, string why, long bytes, long milliseconds);
    }
}
