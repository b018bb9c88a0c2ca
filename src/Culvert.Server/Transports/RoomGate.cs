using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Asks the one gate on behalf of a request to <c>/v1/rooms/{room}/…</c>.</summary>
internal static class RoomGate
{
    /// <summary>The value of <c>{room}</c>, which routing has decoded.</summary>
    public static string RoomOf(HttpContext context) => (string?)context.Request.RouteValues["room"] ?? "";

    /// <summary>The caller with the address that the list of what moderators and owners did shows.</summary>
    public static Caller WithAddress(Caller caller, HttpContext context) =>
        caller with { Address = context.Connection.RemoteIpAddress?.ToString() ?? "" };

    /// <summary>Who asks and where; or null, and the request is answered.</summary>
    /// <param name="context">The request.</param>
    /// <param name="rooms">The gate.</param>
    /// <param name="scopes">What the credential must allow besides what the room asks for.</param>
    /// <param name="needed">What the caller must be allowed to do in the room.</param>
    public static async ValueTask<Entered?> EnterAsync(
        HttpContext context, RoomDirectory rooms, Scopes scopes, Capability needed)
    {
        if (await CallerGate.RequireAsync(context, scopes) is not { } caller)
        {
            return null;
        }

        var entry = await rooms.EnterAsync(caller, RoomOf(context), needed, context.RequestAborted);
        if (entry.Room is { } room)
        {
            // Only what changes something can get onto the list of what moderators did.
            caller = HttpMethods.IsGet(context.Request.Method) ? caller : WithAddress(caller, context);
            return new Entered(caller, room, entry.Capability);
        }

        // A room that is not there is refused with a reason.
        await Refusals.WriteAsync(context, entry.Refusal!);
        return null;
    }
}
