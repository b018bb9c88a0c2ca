using System.Globalization;
using System.Text;

namespace Culvert.Chat.Markup;

/// <summary>
/// The text of a message as its reader sees it, on one line; the same rules as <c>markdown-text.js</c>.
/// </summary>
internal sealed class MarkupText
{
    private readonly StringBuilder _text = new();

    private MarkupText()
    {
    }

    /// <summary>Without marks: what is bold is just there, a link is its label, code is as it is.</summary>
    public static string Of(string text)
    {
        var whole = new MarkupText();
        whole.Add(BlockParser.Parse(MarkupHtml.Prepare(text)));
        return OnOneLine(whole._text);
    }

    /// <summary>The beginning of a text and <c>…</c>, or the text when it is no longer.</summary>
    /// <param name="text">From <see cref="Of"/>.</param>
    /// <param name="length">UTF-16 units.</param>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.AsSpan(0, Fit(text, length)).TrimEnd(' '), "…");

    /// <summary>
    /// How much of a text fits into a length, so that nothing is cut that is seen as one character. UTF-16 units.
    /// </summary>
    public static int Fit(string text, int length)
    {
        if (text.Length <= length)
        {
            return text.Length;
        }

        for (var end = 0; ;)
        {
            var next = end + StringInfo.GetNextTextElementLength(text.AsSpan(end));
            if (next > length)
            {
                return end;
            }

            end = next;
        }
    }

    private static string OnOneLine(StringBuilder text)
    {
        var line = new StringBuilder(text.Length);
        var isSpaceDue = false;
        foreach (var chunk in text.GetChunks())
        {
            foreach (var c in chunk.Span)
            {
                if (MarkupCharacters.IsSpace(c))
                {
                    isSpaceDue = line.Length > 0;
                }
                else if (!MarkupCharacters.Turns(c))
                {
                    line.Append(isSpaceDue ? " " : "").Append(c);
                    isSpaceDue = false;
                }
            }
        }

        return line.ToString();
    }

    private void Add(IEnumerable<Block> blocks)
    {
        foreach (var block in blocks)
        {
            switch (block)
            {
                case Block.Quote quote:
                    Add(quote.Blocks);
                    break;
                case Block.Code code:
                    _text.Append(code.Text);
                    break;
                case Block.List list:
                    Add(list);
                    break;
                case Block.Paragraph paragraph:
                    Add(InlineParser.Parse(paragraph.Text));
                    break;
            }

            _text.Append('\n');
        }
    }

    private void Add(Block.List list)
    {
        for (var i = 0; i < list.Items.Count; i++)
        {
            _text.Append(list.IsOrdered ? string.Create(CultureInfo.InvariantCulture, $"{list.Start + i}. ") : "• ");
            Add(InlineParser.Parse(string.Join('\n', list.Items[i].Lines)));
            _text.Append('\n');
            Add(list.Items[i].Blocks);
        }
    }

    private void Add(IEnumerable<InlinePiece> pieces)
    {
        foreach (var piece in pieces)
        {
            switch (piece.Kind)
            {
                case InlinePieceKind.Open or InlinePieceKind.Close:
                    break;
                case InlinePieceKind.Break:
                    _text.Append('\n');
                    break;
                case InlinePieceKind.Link:
                    Add(piece.Pieces);
                    break;
                default:
                    _text.Append(piece.Text);
                    break;
            }
        }
    }
}
