using Microsoft.Extensions.Logging;

namespace Culvert.Server.Pipes.Gateways;

internal sealed partial class Gateway
{
    private static partial class Log
    {
        [LoggerMessage(
            8003,
            LogLevel.Information,
            "Pipe {Path} to {Target}: {By}-{Reason}; {Codes}"
                + "{MessagesThere} messages ({BytesThere} bytes) there, {MessagesBack} ({BytesBack} bytes) back "
                + "in {Milliseconds} ms")]
        public static partial void Ended(
            ILogger logger,
            string path,
            string target,
            string by,
            string reason,
            string codes,
            long messagesThere,
            long bytesThere,
            long messagesBack,
            long bytesBack,
            long milliseconds);

        [LoggerMessage(8004, LogLevel.Information, "Pipe {Path} to {Target} not opened: {Failure}: {Why}")]
        public static partial void NotOpened(
            ILogger logger, string path, string target, DialFailure failure, string why);
    }
}
