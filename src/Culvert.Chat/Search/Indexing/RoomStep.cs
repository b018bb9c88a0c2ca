namespace Culvert.Chat.Search.Indexing;

/// <summary>A stretch of one room's log, read.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="Messages">What became of messages; the last word on one counts.</param>
/// <param name="Then">Where the log goes on.</param>
internal sealed record RoomStep(long RoomId, IReadOnlyList<IndexedMessage> Messages, RoomPosition Then);
