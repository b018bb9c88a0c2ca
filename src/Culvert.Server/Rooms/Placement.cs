using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// Decides where in the log of its room a subscription starts, and what its reader cannot get any more.
/// </summary>
/// <remarks>Called under the room's lock.</remarks>
internal static class Placement
{
    /// <summary>Events of a snapshot after a gap: a screen full of chat.</summary>
    private const int SnapshotEvents = 50;

    /// <summary>Sets the subscription's place. A refusal when the reader wants none of what is left.</summary>
    /// <param name="room">The room.</param>
    /// <param name="subscription">What to place.</param>
    /// <param name="unsettled">True while the log may be ahead of what the room knows of it.</param>
    public static Refusal? Place(Room room, Subscription subscription, bool unsettled)
    {
        var next = room.Ring.NextOffset;
        subscription.ReadyAt = next;
        var since = subscription.Since;
        switch (since.Kind)
        {
            case SinceKind.Now:
                subscription.Next = next;
                return null;
            case SinceKind.Start:
                subscription.Next = room.FloorOffset;
                return null;
            case SinceKind.Last:
                subscription.Next = Math.Max(room.FloorOffset, next - since.Count);
                return null;
            default:
                return PlaceAt(room, subscription, since.Cursor, unsettled);
        }
    }

    private static Refusal? PlaceAt(Room room, Subscription subscription, in RoomCursor cursor, bool unsettled)
    {
        var next = subscription.ReadyAt;
        var why = cursor.Epoch != room.Epoch ? GapWhy.Epoch
            : cursor.Offset >= next ? GapWhy.Ahead
            : cursor.Offset + 1 < room.FloorOffset ? room.FloorWhy
            : null;
        if (why is null)
        {
            subscription.Next = cursor.Offset + 1;
            return null;
        }

        if (why == GapWhy.Ahead && unsettled)
        {
            // A page of history may have told of a commit that has not come by here yet. Soon it is no gap.
            return new Refusal(ErrorCode.Overloaded, null, 100);
        }

        if (subscription.GapPolicy == GapPolicy.Reject)
        {
            return new Refusal(
                ErrorCode.GapRejected,
                $"The events after this cursor are not all there ({why}). "
                + "Subscribe from \"start\" or with another gap policy.");
        }

        subscription.Gap = new Gap(cursor.Offset, room.FloorOffset, why);
        subscription.Next = subscription.GapPolicy == GapPolicy.Snapshot
            ? Math.Max(room.FloorOffset, next - SnapshotEvents)
            : room.FloorOffset;
        return null;
    }
}
