namespace Culvert.Tests.Storage;

/// <summary>One message of <see cref="MemoryRoom"/>; the data is null once erased.</summary>
internal sealed class MemoryMessage
{
    public required long Seq { get; init; }

    public required long Offset { get; init; }

    public required long AuthorId { get; init; }

    public required long At { get; init; }

    public string? Key { get; init; }

    /// <summary>What the key was first used with.</summary>
    public byte[] Original { get; init; } = [];

    public byte[]? Data { get; set; }

    public int Rev { get; set; } = 1;

    /// <summary>Users by emoji, both in the order pages show.</summary>
    public SortedDictionary<string, SortedSet<long>> Reactions { get; } = new(Utf8Comparer.Instance);
}
