using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;

namespace Culvert.Chat.Pages;

/// <summary>The rooms that stand beside every page.</summary>
internal sealed class JoinedRooms(RoomDirectory rooms, TimeProvider time)
{
    /// <summary>More than anybody reads in a list; the directory has them all.</summary>
    private const int MaxListed = 500;

    /// <summary>The first 500 of the rooms that the caller is a member of, by name.</summary>
    public async ValueTask<IReadOnlyList<RoomInfo>> OfAsync(Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = await rooms.ListAsync(
            caller, new RoomQuery { Show = RoomShow.Joined, Limit = MaxListed }, cancellationToken);
        return [.. found.Select(listing => RoomInfos.Of(listing, now))];
    }
}
