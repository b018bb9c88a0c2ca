namespace Culvert.Protocol.Rooms;

/// <summary>Answer of <c>GET /v1/rooms</c>: one page of the visible rooms, by name. Immutable.</summary>
public sealed record RoomList
{
    /// <summary>The rooms.</summary>
    public required IReadOnlyList<RoomInfo> Rooms { get; init; }

    /// <summary>Value of <c>?before=</c> for the page before; null on the first.</summary>
    public string? Previous { get; init; }

    /// <summary>Value of <c>?after=</c> for the next page; null at the end.</summary>
    public string? Next { get; init; }
}
