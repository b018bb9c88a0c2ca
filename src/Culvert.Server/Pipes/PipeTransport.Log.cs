using Microsoft.Extensions.Logging;

namespace Culvert.Server.Pipes;

internal sealed partial class PipeTransport
{
    private static partial class Log
    {
        [LoggerMessage(
            8001,
            LogLevel.Information,
            "Pipe {Path} to echo: ended: {Code} {Why}; {Messages} messages in {Milliseconds} ms")]
        public static partial void Ended(
            ILogger logger, string path, int code, string why, long messages, long milliseconds);
    }
}
