namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>PATCH /v1/rooms/{room}</c>; null members stay as they are. Immutable.</summary>
public sealed record RoomPatch
{
    /// <summary>The new topic.</summary>
    public string? Topic { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Milliseconds events are kept; 0 for ever.</summary>
    public long? RetainMs { get; init; }

    /// <summary>Newest events that are kept; 0 for all.</summary>
    public long? RetainEvents { get; init; }

    /// <summary>True: everybody may read and nobody publish, edit or react.</summary>
    public bool? Archived { get; init; }

    /// <summary>True: only moderators may publish.</summary>
    public bool? ReadOnly { get; init; }
}
