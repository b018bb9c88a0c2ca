using System.Text;

namespace Culvert.Chat.Markup;

/// <summary>
/// The marks within a paragraph, in time proportional to its length; the same rules as <c>markdown-inline.js</c>. See
/// docs/markup.md.
/// </summary>
/// <param name="text">Prepared by <see cref="MarkupHtml"/>.</param>
/// <param name="isInLink">Whether it is what a link shows, and so holds no links itself.</param>
internal sealed partial class InlineParser(string text, bool isInLink)
{
    private const string Escapable = "*_~`[]()#@:>-";
    private const int MaxCodeMark = 3;

    private readonly List<InlinePiece> _pieces = [];
    private readonly StringBuilder _plain = new();

    // Marks that wait for their partner: at most one of each kind, so looking for one takes no time.
    private readonly List<(string Mark, InlinePiece Piece)> _waiting = [];

    // By length: no run of that many backticks follows any more.
    private readonly bool[] _isUnclosed = new bool[MaxCodeMark + 1];

    private int _index;

    public static IReadOnlyList<InlinePiece> Parse(string text, bool isInLink = false) =>
        new InlineParser(text, isInLink).Parse();

    private List<InlinePiece> Parse()
    {
        while (_index < text.Length)
        {
            if (!TakeSpecial(text[_index]))
            {
                _plain.Append(text[_index++]);
            }
        }

        Flush();
        return _pieces;
    }

    private bool TakeSpecial(char c) => c switch
    {
        '\n' => Push(new InlinePiece(InlinePieceKind.Break, ""), 1),
        '\\' => TakeEscape(),
        '`' => TakeCode(),
        '*' or '_' or '~' => TakeMark(c),
        ':' => TakeEmoji(),
        '[' => !isInLink && TakeLink(),
        '@' => !isInLink && TakeName(InlinePieceKind.Mention, MaxUserName),
        '#' => !isInLink && TakeName(InlinePieceKind.Room, MaxRoomName),
        'h' or 'H' or 'm' or 'M' => !isInLink && TakeAddress(),
        _ => false,
    };

    private void Flush()
    {
        if (_plain.Length > 0)
        {
            _pieces.Add(new InlinePiece(InlinePieceKind.Text, _plain.ToString()));
            _plain.Clear();
        }
    }

    private bool Push(InlinePiece piece, int length)
    {
        Flush();
        _pieces.Add(piece);
        _index += length;
        return true;
    }

    private bool Keep(int length)
    {
        _plain.Append(text, _index, length);
        _index += length;
        return true;
    }

    private int RunLength(int start)
    {
        var end = start;
        while (end < text.Length && text[end] == text[start])
        {
            end++;
        }

        return end - start;
    }

    private bool TakeEscape()
    {
        if (_index + 1 >= text.Length || !Escapable.Contains(text[_index + 1]))
        {
            return false;
        }

        _index++;
        return Keep(1);
    }

    private bool TakeCode()
    {
        var length = RunLength(_index);
        if (length > MaxCodeMark || _isUnclosed[length])
        {
            return Keep(length);
        }

        var start = _index + length;
        for (var end = text.IndexOf('`', start); end >= 0;)
        {
            var found = RunLength(end);
            if (found == length)
            {
                return Push(
                    new InlinePiece(InlinePieceKind.Code, CodeText(text[start..end])), end + length - _index);
            }

            end = text.IndexOf('`', end + found);
        }

        _isUnclosed[length] = true;
        return Keep(length);
    }

    private bool TakeMark(char c)
    {
        var length = RunLength(_index);
        if (c == '*' ? length > 3 : length != (c == '_' ? 1 : 2))
        {
            return Keep(length);
        }

        var previous = MarkupCharacters.Before(text, _index);
        var next = MarkupCharacters.After(text, _index + length);
        if (c == '*' && length == 1 && MarkupCharacters.IsDigit(previous) && MarkupCharacters.IsDigit(next))
        {
            return Keep(1);
        }

        Flush();
        _index += length;
        var rest = length;
        if (!MarkupCharacters.IsSpace(previous) && !(c == '_' && MarkupCharacters.IsWord(next)))
        {
            while (rest > 0 && FindClosable(c, rest) is >= 0 and var place)
            {
                rest -= _waiting[place].Mark.Length;
                Close(place);
            }
        }

        Wait(c, rest, !MarkupCharacters.IsSpace(next) && !(c == '_' && MarkupCharacters.IsWord(previous)));
        return true;
    }

    /// <summary>The mark nearest to here that (a part of) a run can end; -1 for none.</summary>
    private int FindClosable(char c, int length) =>
        _waiting.FindLastIndex(w => w.Mark[0] == c && (w.Mark.Length == length || length == 3));

    private void Close(int place)
    {
        var (mark, piece) = _waiting[place];
        piece.Kind = InlinePieceKind.Open;
        piece.Text = mark switch { "**" => "strong", "~~" => "del", _ => "em" };
        _pieces.Add(new InlinePiece(InlinePieceKind.Close, ""));
        _waiting.RemoveRange(place, _waiting.Count - place);
    }

    private void Wait(char c, int length, bool opens)
    {
        string[] marks = length switch { 0 => [], 3 => ["**", "*"], _ => [new string(c, length)] };
        foreach (var mark in marks)
        {
            var piece = new InlinePiece(InlinePieceKind.Text, mark);
            _pieces.Add(piece);
            if (opens)
            {
                _waiting.RemoveAll(w => w.Mark == mark);
                _waiting.Add((mark, piece));
            }
        }
    }

    private static string CodeText(string code)
    {
        var line = code.Replace('\n', ' ');
        return line is [' ', .., ' '] && line.AsSpan().ContainsAnyExcept(' ') ? line[1..^1] : line;
    }
}
