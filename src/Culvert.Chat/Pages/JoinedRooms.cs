using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;

namespace Culvert.Chat.Pages;

/// <summary>The rooms that pages list.</summary>
internal sealed class JoinedRooms(RoomDirectory rooms, TimeProvider time)
{
    /// <summary>More than anybody reads in a list; the directory's filter and the search find the rest.</summary>
    private const int MaxListed = 500;

    private const int PageSize = 100;

    /// <summary>Every room that the caller may know of, by name; at most 500.</summary>
    public async ValueTask<IReadOnlyList<RoomInfo>> AllAsync(Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<RoomInfo> all = [];
        string? after = null;
        while (all.Count < MaxListed)
        {
            var found = await rooms.ListAsync(caller, after, PageSize, cancellationToken);
            all.AddRange(found.Select(listing => RoomInfos.Of(listing, now)));
            if (found.Count < PageSize)
            {
                break;
            }

            after = found[^1].Room.NameKey;
        }

        return all;
    }

    /// <summary>Those of them that the caller is a member of.</summary>
    public async ValueTask<IReadOnlyList<RoomInfo>> OfAsync(Caller caller, CancellationToken cancellationToken) =>
        [.. (await AllAsync(caller, cancellationToken)).Where(static room => room.Joined)];
}
