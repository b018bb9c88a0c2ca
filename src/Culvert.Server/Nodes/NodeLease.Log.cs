using Microsoft.Extensions.Logging;

namespace Culvert.Server.Nodes;

internal sealed partial class NodeLease
{
    private static partial class Log
    {
        [LoggerMessage(13011, LogLevel.Information, "Joined the cluster as node {Node}, incarnation {Incarnation}.")]
        public static partial void Joined(ILogger logger, string node, long incarnation);

        [LoggerMessage(
            13012,
            LogLevel.Warning,
            "The lease of node {Node}, incarnation {Incarnation}, is over; it joins again before it takes anything.")]
        public static partial void Fenced(ILogger logger, string node, long incarnation);
    }
}
