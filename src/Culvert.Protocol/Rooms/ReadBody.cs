namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>PUT /v1/rooms/{room}/read</c>, and its answer. Immutable.</summary>
public sealed record ReadBody
{
    /// <summary>The highest message number that was read.</summary>
    public required long Seq { get; init; }

    /// <summary>True to move the cursor back too, marking what follows it as unread; null for forward only.</summary>
    public bool? Back { get; init; }
}
