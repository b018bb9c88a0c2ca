namespace Culvert.Chat.Rooms;

/// <summary>One row of the list of messages; exactly one member is set. Immutable.</summary>
internal sealed record ShownRow
{
    /// <summary>A heading: the day of the rows below, UTC.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The line above the first message that was not read.</summary>
    public bool IsDivider { get; init; }

    public ShownMessage? Message { get; init; }

    /// <summary>True for a message that goes on under the head of the one before.</summary>
    public bool IsGrouped { get; init; }

    /// <summary>What happened between two messages.</summary>
    public IReadOnlyList<ShownNotice>? Notices { get; init; }
}
