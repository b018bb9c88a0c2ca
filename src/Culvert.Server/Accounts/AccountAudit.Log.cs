using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class AccountAudit
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Accounts + 80, LogLevel.Error, "{Act} by {By} to {Target} was done but is not on the audit list")]
        public static partial void NotNoted(
            ILogger logger, string act, string by, string? target, Exception exception);
    }
}
