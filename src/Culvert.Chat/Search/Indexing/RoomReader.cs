using Culvert.Chat.Search.Words;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Search.Indexing;

/// <summary>Reads the next stretch of a room's log and works out what to keep of it.</summary>
internal sealed class RoomReader(IRoomStore rooms, IIndexStore index, IUserDirectory users)
{
    /// <summary>
    /// What is to be done next for a room: a stretch of its log, or a drop, or neither when all is done. The count is
    /// that of the events.
    /// </summary>
    public async ValueTask<(RoomStep? Step, RoomDrop? Drop, int Count)> ReadAsync(
        long roomId, int limit, CancellationToken cancellationToken)
    {
        var position = await index.FindPositionAsync(roomId, cancellationToken);
        var events = new EventCollector();
        var from = position?.NextOffset ?? 0;
        var ends = await rooms.ReadEventsAsync(roomId, from, limit, events, cancellationToken);
        if (ends.Epoch.Length == 0)
        {
            return (null, new RoomDrop(roomId, long.MaxValue, WithFiles: true, Then: null), 0);
        }

        if (position is not null && position.Epoch != ends.Epoch)
        {
            // The log may have gone back: what was found may be of messages that never were. Files stay theirs.
            var begin = new RoomPosition(ends.Epoch, 0, ends.FloorSeq);
            return (null, new RoomDrop(roomId, long.MaxValue, WithFiles: false, begin), 0);
        }

        if (position is not null && position.FloorSeq != ends.FloorSeq)
        {
            var above = position with { FloorSeq = ends.FloorSeq };
            return (null, new RoomDrop(roomId, ends.FloorSeq, WithFiles: true, above), 0);
        }

        // What left the log below its floor is no event any more: the end is reached all the same.
        var next = events.Count > 0 ? events.LastOffset + 1 : ends.LastOffset + 1;
        if (position is not null && position.NextOffset >= next)
        {
            return default;
        }

        var messages = new List<IndexedMessage>(events.Messages.Count);
        foreach (var (seq, (author, data)) in events.Messages)
        {
            messages.Add(await IndexAsync(roomId, seq, author, data, cancellationToken));
        }

        return (new RoomStep(roomId, messages, new RoomPosition(ends.Epoch, next, ends.FloorSeq)), null, events.Count);
    }

    private async ValueTask<IndexedMessage> IndexAsync(
        long roomId, long seq, string author, byte[] data, CancellationToken cancellationToken)
    {
        if (data.Length == 0)
        {
            return new IndexedMessage(seq, null, [], []);
        }

        var content = MessageContent.Read(data);
        List<long> mentioned = [];
        foreach (var name in MentionReader.Read(content.Text))
        {
            if (await users.FindAsync(name, cancellationToken) is { } user)
            {
                mentioned.Add(user.Id);
            }
        }

        var files = content.Files.Select(static file => file.Id).Distinct().ToArray();
        return new IndexedMessage(seq, SearchTokens.Of(content, roomId, author), mentioned, files);
    }
}
