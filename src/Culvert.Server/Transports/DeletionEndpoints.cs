using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Answers <c>DELETE /v1/rooms/{room}</c> and <c>POST /v1/rooms/{room}/restore</c>.</summary>
internal sealed class DeletionEndpoints(
    RoomDirectory rooms, DeletedRooms deleted, IRoomStore store, MemberActs members, TimeProvider time)
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// By owners of the room, with its name in the body: gone for everybody, and can be restored for 7 days.
    /// </summary>
    public async Task DeleteAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Moderate) is not { } entered)
        {
            return;
        }

        if (!await members.IsOwnerAsync(entered, context.RequestAborted))
        {
            await Refusals.WriteAsync(context, new Refusal(ErrorCode.Forbidden, Reason.OwnersDelete.With()));
            return;
        }

        if (await JsonBody.ReadAsync(context, RoomBodies.Default.DeleteRoomBody) is not { } body)
        {
            return;
        }

        if (body.Name != entered.Room.Name)
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, "name is not that of the room; write it exactly as the room is named.");
            return;
        }

        var now = Now;
        var (append, refusal) = await rooms.DoAsync(entered.Room, entered.Caller, Acts.Delete(now));
        if (append is null)
        {
            // Either it was done or there is a reason why not.
            await Refusals.WriteAsync(context, refusal!);
            return;
        }

        await deleted.TellMembersAsync(entered.Room, joined: false, CancellationToken.None);
        var reply = new DeleteRoomReply(DeletedRooms.EndOf(now));
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, RoomBodies.Default.DeleteRoomReply);
    }

    /// <summary>By those who may delete it: the room is there again as it was.</summary>
    public async Task RestoreAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.None) is not { } caller)
        {
            return;
        }

        var entry = await deleted.EnterAsync(caller, RoomGate.RoomOf(context), context.RequestAborted);
        if (entry.Room is not { } room)
        {
            // A room that is not there is refused with a reason.
            await Refusals.WriteAsync(context, entry.Refusal!);
            return;
        }

        var (append, refusal) = await rooms.DoAsync(room, RoomGate.WithAddress(caller, context), Acts.Delete(null));
        var listing = append is null
            ? null
            : await store.FindListingAsync(room.Record.NameKey, caller.UserId, context.RequestAborted);
        if (listing is null)
        {
            await Refusals.WriteAsync(context, refusal ?? new Refusal(ErrorCode.NotFound));
            return;
        }

        await deleted.TellMembersAsync(room, joined: true, CancellationToken.None);
        var info = RoomInfos.Of(listing, Now);
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, info, RoomJson.Default.RoomInfo);
    }
}
