using System.Net;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels;

internal sealed partial class TunnelEndpoint
{
    private static partial class Log
    {
        [LoggerMessage(
            9006,
            LogLevel.Information,
            "Tunnel of {User} from {Address} ended: {Code} {Why}; {StreamsIn} streams of the agent, "
                + "{StreamsOut} to it; {ReceivedBytes} bytes received, {SentBytes} sent, round trip {RoundTrip} ms "
                + "in {Milliseconds} ms")]
        public static partial void Ended(
            ILogger logger,
            string user,
            IPAddress? address,
            int code,
            string why,
            long streamsIn,
            long streamsOut,
            long receivedBytes,
            long sentBytes,
            long roundTrip,
            long milliseconds);

        [LoggerMessage(9007, LogLevel.Error, "A tunnel of {User} failed")]
        public static partial void Failed(ILogger logger, string user, Exception? exception);
    }
}
