namespace Culvert.Chat.Search;

/// <summary>The answer to a search.</summary>
internal sealed record SearchReply
{
    /// <summary>Newest first.</summary>
    public required IReadOnlyList<SearchHit> Hits { get; init; }

    /// <summary>True when there may be older ones, also when the time was up before any was found.</summary>
    public required bool More { get; init; }

    /// <summary>What <c>before</c> is for the next page; null when there is none.</summary>
    public string? Next { get; init; }
}
