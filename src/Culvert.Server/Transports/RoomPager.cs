using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Reads lists of rooms page by page. Thread-safe.</summary>
internal sealed class RoomPager(RoomDirectory rooms, DeletedRooms deleted, IRoomStore store)
{
    /// <param name="caller">Who asks.</param>
    /// <param name="show">Which rooms.</param>
    /// <param name="order">Which page of them; its words are looked for in names and topics.</param>
    /// <param name="cancellationToken">Gives up reading.</param>
    public ValueTask<ListPage<RoomListing>> ReadAsync(
        Caller caller, RoomShow show, ListOrder order, CancellationToken cancellationToken) =>
        ListPage<RoomListing>.ReadAsync(
            order,
            (key, isBack, limit) => caller.Rooms is { } only
                ? ReadOnlyAsync(caller, only, show, key, isBack, limit, cancellationToken)
                : rooms.ListAsync(
                    caller,
                    new RoomQuery { Show = show, Key = key, IsBack = isBack, Limit = limit },
                    cancellationToken),
            static listing => listing.Room.NameKey,
            listing => (show != RoomShow.Deleted || deleted.MayRestore(caller, listing.Room, listing.Membership))
                && (show != RoomShow.Named || listing.Room.Kind != RoomKind.Direct)
                && order.Fits([listing.Room.Name, listing.Room.Topic, .. listing.People ?? []]));

    /// <summary>The few rooms a token is for, without looking at all the others.</summary>
    private async ValueTask<IReadOnlyList<RoomListing>> ReadOnlyAsync(
        Caller caller,
        IEnumerable<string> keys,
        RoomShow show,
        string start,
        bool isBack,
        int limit,
        CancellationToken cancellationToken)
    {
        var wanted = keys.Where(key => isBack ^ string.CompareOrdinal(key, start) > 0 && key != start)
            .Order(StringComparer.Ordinal);
        List<RoomListing> found = [];
        foreach (var key in isBack ? wanted.Reverse() : wanted)
        {
            var entry = show == RoomShow.Deleted
                ? await deleted.EnterAsync(caller, key, cancellationToken)
                : await rooms.EnterAsync(caller, key, Capability.Read, cancellationToken);
            if (entry.Room is { } room
                && await store.FindListingAsync(room.Record.NameKey, caller.UserId, cancellationToken) is { } listing
                && (show != RoomShow.Joined || listing.Membership.Joined))
            {
                found.Add(listing);
            }

            if (found.Count == limit)
            {
                break;
            }
        }

        return found;
    }
}
