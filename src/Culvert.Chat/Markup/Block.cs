namespace Culvert.Chat.Markup;

/// <summary>A part of a message that stands by itself.</summary>
internal abstract record Block
{
    /// <summary>Lines with marks in them.</summary>
    public sealed record Paragraph(string Text) : Block;

    /// <summary>Lines as they are; the language when one was named.</summary>
    public sealed record Code(string? Language, string Text) : Block;

    /// <summary>What somebody else said.</summary>
    public sealed record Quote(IReadOnlyList<Block> Blocks) : Block;

    /// <summary>Items; <paramref name="Start"/> is the number of the first one.</summary>
    public sealed record List(bool IsOrdered, int Start) : Block
    {
        public List<ListItem> Items { get; } = [];
    }

    /// <summary>The lines of an item, then the lists within it.</summary>
    public sealed record ListItem(List<string> Lines, List<Block> Blocks);
}
