using Microsoft.Extensions.Logging;

namespace Culvert.Server.Streams;

internal sealed partial class OpenStream
{
    private static partial class Log
    {
        private const string Message =
            "Stream {Name} to {Address} ended: {Reason}; {Lines} lines, {Bytes} bytes in {Milliseconds} ms; {Note}";

        [LoggerMessage(7001, LogLevel.Information, Message)]
        public static partial void Ended(
            ILogger logger,
            string name,
            string address,
            string reason,
            long lines,
            long bytes,
            long milliseconds,
            string note);

        [LoggerMessage(7002, LogLevel.Error, Message)]
        public static partial void Failed(
            ILogger logger,
            string name,
            string address,
            string reason,
            long lines,
            long bytes,
            long milliseconds,
            string note,
            Exception exception);

        [LoggerMessage(
            7003, LogLevel.Warning, "Stream {Name} skipped an item that cannot be written; more are only counted")]
        public static partial void Skipped(ILogger logger, string name, Exception exception);

        [LoggerMessage(7004, LogLevel.Warning, "The source of stream {Name} did not end when its token fired")]
        public static partial void SourceHangs(ILogger logger, string name);

        [LoggerMessage(7005, LogLevel.Warning, "The source of stream {Name} failed while it was closed")]
        public static partial void CloseFailed(ILogger logger, string name, Exception exception);
    }
}
