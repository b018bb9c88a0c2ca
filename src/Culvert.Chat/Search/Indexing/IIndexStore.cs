using Culvert.Server.Rooms;

namespace Culvert.Chat.Search.Indexing;

/// <summary>Keeps what is found by following the logs: words, mentions, and which message has a file.</summary>
/// <remarks>
/// Safe for concurrent calls. Every method is one transaction and throws <see cref="StoreException"/> when it cannot do
/// its work. A position is stored together with what was found up to it, so a crash repeats nothing and loses nothing.
/// </remarks>
internal interface IIndexStore
{
    /// <summary>
    /// Rooms that were not followed to their end, or no longer exist but are still known here; at most
    /// <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<long>> ListDueAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How far the room has been followed; null for not at all.</summary>
    ValueTask<RoomPosition?> FindPositionAsync(long roomId, CancellationToken cancellationToken);

    /// <summary>Stores what was found; returns how many files lost their message by it.</summary>
    ValueTask<int> ApplyAsync(IReadOnlyList<RoomStep> steps, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes what is kept of messages, at most <paramref name="limit"/> rows of a kind. True when it is done, and
    /// only then <see cref="RoomDrop.Then"/> counts.
    /// </summary>
    ValueTask<bool> DropAsync(RoomDrop drop, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Messages with id in (<paramref name="afterId"/>, <paramref name="beforeId"/>) that match, newest first.
    /// </summary>
    /// <param name="expression">Made by <see cref="SearchQuery.Expression"/>.</param>
    /// <param name="afterId">See <see cref="SearchIds"/>.</param>
    /// <param name="beforeId">See <see cref="SearchIds"/>.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up between two rows.</param>
    ValueTask<IReadOnlyList<SearchRow>> SearchAsync(
        SearchExpression expression, long afterId, long beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>By room name, how many messages above the user's read cursor name the user.</summary>
    ValueTask<IReadOnlyDictionary<string, int>> CountMentionsAsync(long userId, CancellationToken cancellationToken);
}
