using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Lets a request pass only if somebody known makes it.</summary>
internal static class CallerGate
{
    /// <summary>
    /// The caller; or null, and the request is answered: 401 for nobody, 403 for a token without the scopes.
    /// </summary>
    public static async ValueTask<Caller?> RequireAsync(HttpContext context, Scopes scopes)
    {
        var feature = CallerFeature.Of(context);
        if (feature.Caller is not { } caller)
        {
            await ProblemWriter.WriteAsync(context, Refusal(feature.State));
            return null;
        }

        if ((caller.Scopes & scopes) != scopes)
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.Forbidden, $"This needs a token with the scope {ScopeNames.Format(scopes)}.");
            return null;
        }

        return caller;
    }

    /// <summary>
    /// The caller if it is an owner whose credential may be used for that; or null, and the request is answered.
    /// </summary>
    public static async ValueTask<Caller?> RequireOwnerAsync(HttpContext context)
    {
        var caller = await RequireAsync(context, Scopes.Owner);
        if (caller is { ServerRole: < RoomRole.Owner })
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.Forbidden, "Only owners may do this.");
            return null;
        }

        return caller;
    }

    /// <summary>What a request without a valid credential is told.</summary>
    public static ErrorCode Refusal(CallerState state) =>
        state == CallerState.Expired ? ErrorCode.SessionExpired : ErrorCode.Unauthorized;

    /// <summary>True for an owner whose credential may be used for that.</summary>
    public static bool IsOwner(Caller? caller) =>
        caller is { ServerRole: RoomRole.Owner } && (caller.Scopes & Scopes.Owner) != 0;
}
