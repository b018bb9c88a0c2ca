using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Answers <c>POST /v1/rooms</c> with <c>{"kind":"direct","users":[…]}</c>.</summary>
internal sealed class DirectRoomEndpoint(
    DirectRooms direct, IUserDirectory users, RoomQuota quota, TimeProvider time)
{
    /// <summary>The one room of the caller and these users: 201 when it is new, 200 when it was there.</summary>
    public async Task HandleAsync(HttpContext context, Caller caller, CreateRoom body)
    {
        var (people, refusal) = await ReadPeopleAsync(caller, body, context.RequestAborted);
        if (refusal is not null)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        var status = StatusCodes.Status200OK;
        var listing = await direct.FindAsync(caller, people, context.RequestAborted);
        if (listing is null)
        {
            if (quota.Take(caller, RoomKind.Direct) is > 0 and var wait)
            {
                await Refusals.WriteAsync(context, new Refusal(
                    ErrorCode.RateLimited, Reason.DirectsOfDay.With(), wait));
                return;
            }

            status = await direct.CreateAsync(caller, people, context.RequestAborted)
                ? StatusCodes.Status201Created
                : StatusCodes.Status200OK;
            listing = await direct.FindAsync(caller, people, context.RequestAborted);
        }

        if (listing is null)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        context.Response.Headers.Location = $"/v1/rooms/{listing.Room.Name}";
        var info = RoomInfos.Of(listing, time.GetUtcNow().ToUnixTimeMilliseconds());
        await JsonBody.WriteAsync(context, status, info, RoomJson.Default.RoomInfo);
    }

    /// <summary>Ids of the caller and of those named, each once.</summary>
    private async ValueTask<(HashSet<long> People, Refusal? Refusal)> ReadPeopleAsync(
        Caller caller, CreateRoom body, CancellationToken cancellationToken)
    {
        HashSet<long> people = [caller.UserId];
        if (body.Users is not { Count: > 0 } names)
        {
            return (people, new Refusal(ErrorCode.MissingField, "The member users is missing."));
        }

        if (body.Name is not null || body.Topic is not null)
        {
            return (people, new Refusal(ErrorCode.BadField, "A direct room has people, and no name and no topic."));
        }

        if (names.Count > DirectRooms.MaxPeople)
        {
            return (people, TooMany);
        }

        if (caller.Rooms is not null)
        {
            return (people, new Refusal(ErrorCode.Forbidden, "The token is for other rooms."));
        }

        foreach (var name in names)
        {
            if (await users.FindAsync(name ?? "", cancellationToken) is not { } user)
            {
                return (people, new Refusal(ErrorCode.NotFound, Reason.NoUser.With("name", name ?? "")));
            }

            people.Add(user.Id);
        }

        return (people, people.Count > DirectRooms.MaxPeople ? TooMany : null);
    }

    private static Refusal TooMany => new(
        ErrorCode.BadField, Reason.DirectTooMany.With("n", $"{DirectRooms.MaxPeople}"));
}
