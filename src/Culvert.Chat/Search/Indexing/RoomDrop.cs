namespace Culvert.Chat.Search.Indexing;

/// <summary>Messages of one room of which nothing is to be kept.</summary>
/// <param name="RoomId">The room.</param>
/// <param name="BelowSeq">The first message that stays; <see cref="long.MaxValue"/> for none.</param>
/// <param name="WithFiles">True when their files go too.</param>
/// <param name="Then">Where the log goes on afterwards; null to forget the room.</param>
internal sealed record RoomDrop(long RoomId, long BelowSeq, bool WithFiles, RoomPosition? Then);
