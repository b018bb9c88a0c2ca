namespace Culvert.Chat.Markup;

/// <summary>A part of a line of a message. A mark is text until its partner is found.</summary>
internal sealed class InlinePiece(InlinePieceKind kind, string text)
{
    public InlinePieceKind Kind { get; set; } = kind;

    /// <summary>What is shown, or the name of the element that opens.</summary>
    public string Text { get; set; } = text;

    /// <summary>The address of a link, or the name of a person or a room.</summary>
    public string Target { get; init; } = "";

    /// <summary>What a link shows.</summary>
    public IReadOnlyList<InlinePiece> Pieces { get; init; } = [];
}
