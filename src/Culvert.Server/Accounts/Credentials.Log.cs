using Culvert.Server.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

internal sealed partial class Credentials
{
    private static partial class Log
    {
        [LoggerMessage(
            EventIds.Accounts + 1,
            LogLevel.Warning,
            "Credential {CredentialId}, and {Held} before it, could not be checked again and were believed: {Why}")]
        public static partial void RefreshFailed(ILogger logger, long credentialId, int held, string why);
    }
}
