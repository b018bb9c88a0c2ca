namespace Culvert.Server.Rooms;

/// <summary>One thing a writer loop has been told. A struct, so that telling it allocates nothing.</summary>
internal readonly record struct LoopItem(LoopItemKind Kind, object? Target, object? Argument = null)
{
    /// <summary>The page of a <see cref="LoopItemKind.Page"/> item.</summary>
    public LogPage? Page { get; init; }

    public static LoopItem Dirty(RoomLane lane) => new(LoopItemKind.Dirty, lane);

    public static LoopItem Drained(Subscriber subscriber) => new(LoopItemKind.Drained, subscriber);
}
