namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>PUT /v1/rooms/{room}/read</c>, and its answer. Immutable.</summary>
public sealed record ReadBody
{
    /// <summary>The highest message number that was read.</summary>
    public required long Seq { get; init; }
}
