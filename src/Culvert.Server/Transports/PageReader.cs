using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Reads pages of one room from the store.</summary>
internal sealed class PageReader(IRoomStore store, Room room)
{
    /// <summary>Events of a snapshot after a gap, as many as a stream gets.</summary>
    private const int SnapshotEvents = 50;

    /// <summary>A page of messages with their current texts.</summary>
    public async ValueTask<Page> ReadMessagesAsync(MessagePage page, CancellationToken cancellationToken)
    {
        while (true)
        {
            var events = new PageEvents();
            var ends = await store.ReadMessagesAsync(room.Id, page, events, cancellationToken);
            var mayBeCut = page.Anchor is PageAnchor.After or PageAnchor.Time || page.Limit == 1;
            if (!events.IsCut || mayBeCut)
            {
                return new Page(room, ends, events, ends.LastOffset, HasMore(page.Anchor, events, ends), null);
            }

            // Pages are read upwards, and this one must not lose its newest message: ask again for a smaller one.
            page = page with { Limit = Math.Max(1, page.Limit / 2) };
        }
    }

    /// <summary>The events after a place in the log; a refusal when some are gone and the reader minds.</summary>
    public async ValueTask<(Page? Page, Refusal? Refusal)> ReadLogAsync(
        Since since, GapPolicy policy, int limit, CancellationToken cancellationToken)
    {
        // A start that depends on the end of the log costs a look at the end first.
        var from = since.Kind switch
        {
            SinceKind.Start => 1,
            SinceKind.Cursor => since.Cursor.Offset + 1,
            _ => RoomCursor.MaxOffset,
        };
        var events = new PageEvents();
        var ends = await store.ReadEventsAsync(room.Id, from, limit, events, cancellationToken);
        var gap = since.Kind == SinceKind.Cursor ? GapOf(since.Cursor, ends) : null;
        if (gap is not null && policy == GapPolicy.Reject)
        {
            return (null, new Refusal(
                ErrorCode.GapRejected,
                $"The events after this cursor are not all there ({gap.Why}). Read from start or with another gap."));
        }

        var start = (since.Kind, gap, policy) switch
        {
            (SinceKind.Last, _, _) => ends.LastOffset + 1 - since.Count,
            (_, not null, GapPolicy.Snapshot) => ends.LastOffset + 1 - SnapshotEvents,
            (_, not null, _) => ends.FloorOffset,
            (SinceKind.Now, _, _) => ends.LastOffset + 1,
            _ => from,
        };
        start = Math.Max(start, ends.FloorOffset);
        if (since.Kind == SinceKind.Last || gap is not null)
        {
            events = new PageEvents();
            ends = await store.ReadEventsAsync(room.Id, start, limit, events, cancellationToken);
        }

        var offset = events.Count > 0 ? events.LastOffset : start - 1;
        return (new Page(room, ends, events, offset, offset < ends.LastOffset, gap), null);
    }

    private static Gap? GapOf(in RoomCursor cursor, in LogEnds ends)
    {
        var why = cursor.Epoch != ends.Epoch ? GapWhy.Epoch
            : cursor.Offset > ends.LastOffset ? GapWhy.Ahead
            : cursor.Offset + 1 < ends.FloorOffset ? ends.FloorWhy
            : null;
        return why is null ? null : new Gap(cursor.Offset, ends.FloorOffset, why);
    }

    /// <summary>Older ones for pages that go backwards, newer ones for others, both around a message.</summary>
    private static bool HasMore(PageAnchor anchor, PageEvents events, in LogEnds ends)
    {
        if (events.Count == 0)
        {
            return false;
        }

        var older = events.FirstSeq > ends.FloorSeq;
        var newer = events.LastSeq < ends.LastSeq;
        return anchor switch
        {
            PageAnchor.After or PageAnchor.Time => newer,
            PageAnchor.Around => older || newer,
            _ => older,
        };
    }
}
