namespace Culvert.Chat.Markup;

/// <summary>Who reads a message: what its markup depends on besides its text. Immutable.</summary>
internal sealed record MarkupReader
{
    /// <summary>The reader's name: mentions of it stand out. Null, the default, for nobody.</summary>
    public string? Me { get; init; }

    /// <summary>The address of a room; null leaves its name as text, which by default all do.</summary>
    public Func<string, string?> RoomHref { get; init; } = static _ => null;
}
