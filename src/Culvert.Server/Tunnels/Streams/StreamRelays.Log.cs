using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels.Streams;

internal sealed partial class StreamRelays
{
    private static partial class Log
    {
        [LoggerMessage(
            9001,
            LogLevel.Information,
            "Tunnel stream of {User} to {Target}: {By}-{Reason}; {BytesThere} bytes there, {BytesBack} back "
                + "in {Milliseconds} ms")]
        public static partial void Ended(
            ILogger logger,
            string user,
            string target,
            string by,
            string reason,
            long bytesThere,
            long bytesBack,
            long milliseconds);

        [LoggerMessage(
            9002, LogLevel.Information, "Tunnel stream of {User} to {Target} not opened: {Status} {Code}: {Why}")]
        public static partial void NotOpened(
            ILogger logger, string user, string target, int status, string code, string why);
    }
}
