using System.Globalization;
using System.Text;

namespace Culvert.Chat.Markup;

/// <summary>The text of a message as HTML; the same rules as <c>markdown.js</c>. See docs/markup.md.</summary>
/// <remarks>
/// Nothing in the text becomes markup except by those rules: each element and attribute is written here, and each
/// text between them is escaped.
/// </remarks>
internal sealed class MarkupHtml
{
    /// <summary>In UTF-16 units; a message has at most as many bytes.</summary>
    private const int MaxLength = 16 * 1024;

    private const int MaxRoomless = 8;

    private readonly StringBuilder _html = new();
    private readonly MarkupReader _reader;

    private MarkupHtml(MarkupReader reader) => _reader = reader;

    /// <summary>Safe to write into a page as it is. Never fails; what is over 16 KB is left out.</summary>
    public static string Render(string text, MarkupReader reader)
    {
        var html = new MarkupHtml(reader);
        html.Write(BlockParser.Parse(Prepare(text)));
        return html._html.ToString();
    }

    /// <summary>The text as lines that end with a line feed, without controls and without heaps of marks.</summary>
    public static string Prepare(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] : text;
        var result = new StringBuilder(cut.Length);
        var roomless = 0;

        // What is no proper UTF-16 comes as U+FFFD.
        foreach (var rune in cut.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            roomless = MarkupCharacters.TakesNoRoom(rune.Value) ? roomless + 1 : 0;
            if (rune.Value is '\r' or 0x2028 or 0x2029)
            {
                result.Append('\n');
            }
            else if (roomless <= MaxRoomless
                && (rune.Value is '\t' or '\n' || rune.Value >= ' ' && rune.Value is not (>= 0x7F and <= 0x9F)))
            {
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    private void Write(IEnumerable<Block> blocks)
    {
        foreach (var block in blocks)
        {
            switch (block)
            {
                case Block.Quote quote:
                    _html.Append("<blockquote>");
                    Write(quote.Blocks);
                    _html.Append("</blockquote>");
                    break;
                case Block.Code code:
                    _html.Append("<pre");
                    Attribute("data-language", code.Language);
                    _html.Append("><code>");
                    Escape(code.Text);
                    _html.Append("</code></pre>");
                    break;
                case Block.List list:
                    Write(list);
                    break;
                case Block.Paragraph paragraph:
                    _html.Append("<p>");
                    Write(InlineParser.Parse(paragraph.Text));
                    _html.Append("</p>");
                    break;
            }
        }
    }

    private void Write(Block.List list)
    {
        var name = list.IsOrdered ? "ol" : "ul";
        _html.Append('<').Append(name);
        Attribute("start", list.Start == 1 ? null : list.Start.ToString(CultureInfo.InvariantCulture));
        _html.Append('>');
        foreach (var item in list.Items)
        {
            _html.Append("<li>");
            Write(InlineParser.Parse(string.Join('\n', item.Lines)));
            Write(item.Blocks);
            _html.Append("</li>");
        }

        _html.Append("</").Append(name).Append('>');
    }

    private void Write(IEnumerable<InlinePiece> pieces)
    {
        var open = new Stack<string>();
        foreach (var piece in pieces)
        {
            switch (piece.Kind)
            {
                case InlinePieceKind.Open:
                    open.Push(piece.Text);
                    _html.Append('<').Append(piece.Text).Append('>');
                    break;
                case InlinePieceKind.Close:
                    _html.Append("</").Append(open.Pop()).Append('>');
                    break;
                case InlinePieceKind.Break:
                    _html.Append("<br>");
                    break;
                case InlinePieceKind.Code:
                    _html.Append("<code>");
                    Escape(piece.Text);
                    _html.Append("</code>");
                    break;
                case InlinePieceKind.Link:
                    WriteLink(piece);
                    break;
                case InlinePieceKind.Mention:
                    WriteMention(piece);
                    break;
                case InlinePieceKind.Room:
                    WriteRoom(piece);
                    break;
                default:
                    Escape(piece.Text);
                    break;
            }
        }
    }

    private void WriteLink(InlinePiece piece)
    {
        _html.Append("<a");
        Attribute("href", piece.Target);
        Attribute("rel", "noopener noreferrer nofollow");
        Attribute("target", "_blank");
        _html.Append('>');
        Write(piece.Pieces);
        _html.Append("</a>");
    }

    private void WriteMention(InlinePiece piece)
    {
        _html.Append("<span");
        Attribute("class", IsMe(piece.Target) ? "mention me" : "mention");
        Attribute("data-user", piece.Target);
        _html.Append('>');
        Escape(piece.Text);
        _html.Append("</span>");
    }

    private bool IsMe(string name) =>
        string.Equals(name, _reader.Me, StringComparison.OrdinalIgnoreCase);

    private void WriteRoom(InlinePiece piece)
    {
        if (_reader.RoomHref(piece.Target) is not { } href)
        {
            Escape(piece.Text);
            return;
        }

        _html.Append("<a");
        Attribute("class", "room");
        Attribute("href", href);
        _html.Append('>');
        Escape(piece.Text);
        _html.Append("</a>");
    }

    /// <summary>An attribute, unless there is no value.</summary>
    private void Attribute(string name, string? value)
    {
        if (value is not null)
        {
            _html.Append(' ').Append(name).Append("=\"");
            Escape(value, isAttribute: true);
            _html.Append('"');
        }
    }

    // As a browser writes it, so that both renderers give the same characters.
    private void Escape(string text, bool isAttribute = false)
    {
        foreach (var c in text.Where(static c => !MarkupCharacters.Turns(c)))
        {
            var escaped = c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' when isAttribute => "&quot;",
                '\u00A0' => "&nbsp;",
                _ => null,
            };
            if (escaped is null)
            {
                _html.Append(c);
            }
            else
            {
                _html.Append(escaped);
            }
        }
    }
}
