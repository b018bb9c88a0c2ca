namespace Culvert.Chat.Markup;

/// <summary>What stands in a line of a message.</summary>
internal enum InlinePieceKind
{
    Text,

    /// <summary>An element begins; its name is the piece's text.</summary>
    Open,

    /// <summary>The element that began last ends.</summary>
    Close,
    Break,
    Code,
    Link,
    Mention,
    Room,
}
