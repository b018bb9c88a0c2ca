using Culvert.Chat.Search.Words;

namespace Culvert.Chat.Search;

/// <summary>The rooms that a search looks into. One search's.</summary>
internal sealed class SearchScope
{
    private readonly HashSet<long> _rooms = [];

    /// <summary>Messages in the rooms, about: those erased count too.</summary>
    public long Messages { get; private set; }

    /// <summary>The token of each room; one that no message has when there is no room.</summary>
    public IReadOnlyCollection<string> Tokens =>
        _rooms.Count == 0 ? [SearchTokens.OfRoom(0)] : [.. _rooms.Select(SearchTokens.OfRoom)];

    public void Add(long roomId, long messages)
    {
        if (_rooms.Add(roomId))
        {
            Messages += messages;
        }
    }

    public bool Has(long roomId) => _rooms.Contains(roomId);
}
