using Microsoft.Extensions.Logging;

namespace Culvert.Server.Tunnels.Streams;

internal sealed partial class NameRequests
{
    private static partial class Log
    {
        [LoggerMessage(9003, LogLevel.Debug, "Name {Name} registered by an agent of {User}")]
        public static partial void Registered(ILogger logger, string name, string user);

        [LoggerMessage(
            9004, LogLevel.Information, "An agent of {User} was taken over by another with the same instance")]
        public static partial void TakenOver(ILogger logger, string user);
    }
}
