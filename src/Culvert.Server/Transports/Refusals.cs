using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Writes a refusal of the rooms as a problem.</summary>
internal static class Refusals
{
    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        TimeSpan? after = refusal.AfterMilliseconds > 0
            ? TimeSpan.FromMilliseconds(refusal.AfterMilliseconds)
            : null;
        return ProblemWriter.WriteAsync(context, refusal.Code, refusal.Why, after, refusal.Said);
    }
}
