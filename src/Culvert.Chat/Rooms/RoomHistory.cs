using Culvert.Server.Rooms;
using Culvert.Server.Transports;

namespace Culvert.Chat.Rooms;

/// <summary>Reads pages of a room as the chat shows them. Safe for concurrent use.</summary>
internal sealed class RoomHistory(IRoomStore store)
{
    /// <summary>Messages of a page unless asked otherwise: two screens, and small enough to be there at once.</summary>
    public const int PageSize = 50;

    /// <summary>More are left out, the oldest first.</summary>
    private const int MaxNotices = 200;

    /// <summary>Messages outside of a page that are read because some in it answer them.</summary>
    private const int MaxQuotes = 50;

    public async ValueTask<HistoryPage> ReadAsync(Room room, MessagePage page, CancellationToken cancellationToken)
    {
        var read = await new PageReader(store, room).ReadMessagesAsync(page, cancellationToken);
        var events = read.Events;
        var notices = new PageEvents();
        if (events.Count > 0 || read.Ends.LastSeq < read.Ends.FloorSeq)
        {
            // A room without messages may have had visitors.
            var first = events.Count > 0 ? events.FirstSeq : read.Ends.FloorSeq;
            var last = events.Count > 0 ? events.LastSeq : read.Ends.LastSeq;
            await store.ReadNoticesAsync(room.Id, first, last, MaxNotices, notices, cancellationToken);
        }

        var messages = ShownMessage.ReadAll(events.Bytes);
        var quotes = await ReadQuotesAsync(room, messages, events, read.Ends, cancellationToken);
        var quoted = ShownMessage.ReadAll(quotes.Bytes).ToDictionary(static message => message.Seq);
        return new HistoryPage(room.Name, read.Ends, events, notices, quotes, messages, quoted);
    }

    private async ValueTask<PageEvents> ReadQuotesAsync(
        Room room,
        IReadOnlyList<ShownMessage> messages,
        PageEvents events,
        LogEnds ends,
        CancellationToken cancellationToken)
    {
        var quotes = new PageEvents();
        var wanted = messages
            .Select(static message => message.Reply)
            .Where(seq => seq >= ends.FloorSeq && seq <= ends.LastSeq
                && (seq < events.FirstSeq || seq > events.LastSeq))
            .Distinct()
            .Take(MaxQuotes);
        foreach (var seq in wanted)
        {
            await store.ReadMessagesAsync(
                room.Id, new MessagePage(PageAnchor.Around, seq, 1), quotes, cancellationToken);
        }

        return quotes;
    }
}
