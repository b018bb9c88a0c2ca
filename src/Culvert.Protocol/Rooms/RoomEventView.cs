namespace Culvert.Protocol.Rooms;

/// <summary>One durable event as its writer sees it: borrowed UTF-8 spans, nothing owned.</summary>
/// <remarks>Valid only as long as the memory behind its spans. All texts are UTF-8.</remarks>
public readonly ref struct RoomEventView
{
    /// <summary>The kind.</summary>
    public required EventKind Kind { get; init; }

    /// <summary>Name of the room.</summary>
    public required ReadOnlySpan<byte> Room { get; init; }

    /// <summary>Place in the log, from 1, contiguous; 0 for a message read as part of a page of history.</summary>
    public required long Offset { get; init; }

    /// <summary>Number of the message the event is or is about; 0 when it is about none.</summary>
    public long Seq { get; init; }

    /// <summary>UTC Unix milliseconds, non-decreasing within a room.</summary>
    public required long At { get; init; }

    /// <summary>
    /// Name of who acted: <c>from</c> of messages, reactions, joins and leaves, <c>by</c> of the rest.
    /// </summary>
    public ReadOnlySpan<byte> Actor { get; init; }

    /// <summary>Idempotency key of a message; empty when it has none.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Compact JSON of a message or edit (the current text, also in a replay); empty when erased.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Revision: of an edit its own, of a message in a page the current one. Written when above 1.</summary>
    public int Rev { get; init; }

    /// <summary>
    /// True when the text of the message was erased; written as <c>"erased":true</c> in place of data.
    /// </summary>
    public bool Erased { get; init; }

    /// <summary>Further JSON members without braces, e.g. <c>"user":"bob","why":"spam"</c>; empty for none.</summary>
    public ReadOnlySpan<byte> Detail { get; init; }
}
