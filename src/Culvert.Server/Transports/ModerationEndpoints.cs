using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Answers <c>POST /v1/rooms/{room}/{kick,ban,unban,mute,unmute,clear}</c>.</summary>
internal sealed class ModerationEndpoints(RoomDirectory rooms, Moderation moderation, TimeProvider time)
{
    /// <summary>One verb of <see cref="Moderation"/> about one user.</summary>
    public async Task ModerateAsync(HttpContext context, string verb)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Moderate) is not { } entered
            || await JsonBody.ReadAsync(context, RoomJson.Default.ModerationBody) is not { } body)
        {
            return;
        }

        if (string.IsNullOrEmpty(body.User))
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.MissingField, "The member user is missing.");
            return;
        }

        if (body.Until is { } until
            && (until <= time.GetUtcNow().ToUnixTimeMilliseconds() || until > RoomCursor.MaxOffset))
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, "until must be a time to come, in UTC Unix milliseconds.");
            return;
        }

        var (act, refusal) = await moderation.ActAsync(
            entered.Room, entered.Caller, verb, body.User, body.Why, body.Until, context.RequestAborted);
        if (act is null)
        {
            // Either there is an act or a reason why not.
            await Refusals.WriteAsync(context, refusal!);
            return;
        }

        await MemberEndpoints.ActAsync(context, rooms, entered, act);
    }

    /// <summary>Empties the room, with <c>{"why"}</c> or <c>?why=</c>.</summary>
    public async Task ClearAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Moderate) is { } entered
            && await MessageEndpoints.ReadWhyAsync(context) is { } body)
        {
            await MemberEndpoints.ActAsync(context, rooms, entered, Acts.Clear(body.Why));
        }
    }
}
