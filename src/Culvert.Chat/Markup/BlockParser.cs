using System.Buffers;
using System.Globalization;

namespace Culvert.Chat.Markup;

/// <summary>
/// Paragraphs, quotes, lists and blocks of code, in time proportional to the length; the same rules as
/// <c>markdown-blocks.js</c>. See docs/markup.md.
/// </summary>
internal sealed class BlockParser
{
    private const int MaxDepth = 3;
    private const int MaxIndent = 3;
    private const int MinFence = 3;
    private const int MaxLanguage = 20;

    private static readonly SearchValues<char> LanguageCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+#.-");

    private readonly string[] _lines;
    private readonly int _depth;
    private readonly List<Block> _blocks = [];
    private readonly List<string> _paragraph = [];

    // The lists that a next item can belong to, the outer ones first.
    private readonly List<(int Indent, Block.List List)> _open = [];

    private int _at;

    private BlockParser(string[] lines, int depth)
    {
        _lines = lines;
        _depth = depth;
    }

    /// <summary>The blocks of a text whose lines end with a line feed.</summary>
    public static IReadOnlyList<Block> Parse(string text) => new BlockParser(text.Split('\n'), 0).Parse();

    private List<Block> Parse()
    {
        while (_at < _lines.Length)
        {
            var line = _lines[_at];
            if (Trim(line).Length == 0)
            {
                Flush();
                _at++;
            }
            else if (FenceOf(line) is var (length, word))
            {
                Flush();
                TakeCode(length, word);
            }
            else if (_depth < MaxDepth && Quoted(line) is not null)
            {
                Flush();
                TakeQuote();
            }
            else if (IndentOf(line) <= MaxIndent && ItemOf(line) is not null)
            {
                Flush();
                TakeList();
            }
            else
            {
                _paragraph.Add(Trim(line));
                _at++;
            }
        }

        Flush();
        return _blocks;
    }

    private void Flush()
    {
        if (_paragraph.Count > 0)
        {
            _blocks.Add(new Block.Paragraph(string.Join('\n', _paragraph)));
            _paragraph.Clear();
        }
    }

    /// <summary>The length of the run of backticks and the word after it, if a line opens a block of code.</summary>
    private static (int Length, string Word)? FenceOf(string line)
    {
        var text = Trim(line);
        var length = text.AsSpan().IndexOfAnyExcept('`') is >= 0 and var end ? end : text.Length;
        return length >= MinFence && IndentOf(line) <= MaxIndent && !text.AsSpan(length).Contains('`')
            ? (length, Trim(text[length..]))
            : null;
    }

    // Ends with a line that ends with as many backticks; a block that nobody ends goes on to the end.
    private void TakeCode(int length, string word)
    {
        List<string> content = [];
        for (_at++; _at < _lines.Length; _at++)
        {
            var line = _lines[_at].AsSpan().TrimEnd(" \t");
            var rest = line.TrimEnd('`');
            if (line.Length - rest.Length >= length)
            {
                if (rest.Trim(" \t").Length > 0)
                {
                    content.Add(rest.ToString());
                }

                _at++;
                break;
            }

            content.Add(_lines[_at]);
        }

        var hasLanguage = word.Length is >= 1 and <= MaxLanguage
            && !word.AsSpan().ContainsAnyExcept(LanguageCharacters);
        _blocks.Add(new Block.Code(hasLanguage ? word : null, string.Join('\n', content)));
    }

    /// <summary>What a line says after its mark of a quote; null when it has none.</summary>
    private static string? Quoted(string line)
    {
        var text = line.AsSpan().TrimStart(" \t");
        return IndentOf(line) > MaxIndent ? null
            : text is ">" or ['>', '>', ..] ? text[1..].ToString()
            : text is ['>', ' ', ..] ? text[2..].ToString()
            : null;
    }

    private void TakeQuote()
    {
        List<string> inner = [];
        for (; _at < _lines.Length && Quoted(_lines[_at]) is { } text; _at++)
        {
            inner.Add(text);
        }

        _blocks.Add(new Block.Quote(new BlockParser([.. inner], _depth + 1).Parse()));
    }

    /// <summary><c>- text</c>, <c>* text</c> or <c>1. text</c>, with any indentation.</summary>
    private static (bool IsOrdered, int Start, int Indent, string Text)? ItemOf(string line)
    {
        var text = line.AsSpan().Trim(" \t");
        var end = 0;
        while (end < 3 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        var isOrdered = end > 0;
        if (end + 1 >= text.Length || (isOrdered ? text[end] != '.' : text[0] is not ('-' or '*'))
            || text[end + 1] != ' ')
        {
            return null;
        }

        var start = isOrdered ? int.Parse(text[..end], CultureInfo.InvariantCulture) : 1;
        return (isOrdered, start, IndentOf(line), text[(end + 1)..].TrimStart(" \t").ToString());
    }

    private void TakeList()
    {
        _open.Clear();
        for (; _at < _lines.Length; _at++)
        {
            var line = _lines[_at];
            if (ItemOf(line) is var (isOrdered, start, indent, text))
            {
                var list = ListFor(isOrdered, start, indent);
                list.Items.Add(new Block.ListItem([text], []));
            }
            else if (Trim(line).Length == 0)
            {
                // One empty line may stand between two items.
                if (_at + 1 >= _lines.Length || ItemOf(_lines[_at + 1]) is null)
                {
                    return;
                }
            }
            else if (IndentOf(line) >= 2 && FenceOf(line) is null)
            {
                _open[^1].List.Items[^1].Lines.Add(Trim(line));
            }
            else
            {
                return;
            }
        }
    }

    private Block.List ListFor(bool isOrdered, int start, int indent)
    {
        if (_open.Count > 0 && _open.Count < MaxDepth && indent >= _open[^1].Indent + 2)
        {
            return Begin(isOrdered, start, indent, _open[^1].List.Items[^1].Blocks);
        }

        while (_open.Count > 1 && indent < _open[^1].Indent)
        {
            _open.RemoveAt(_open.Count - 1);
        }

        if (_open.Count > 0 && _open[^1].List.IsOrdered == isOrdered)
        {
            return _open[^1].List;
        }

        if (_open.Count > 0)
        {
            _open.RemoveAt(_open.Count - 1);
        }

        return Begin(isOrdered, start, indent, _open.Count > 0 ? _open[^1].List.Items[^1].Blocks : _blocks);
    }

    private Block.List Begin(bool isOrdered, int start, int indent, List<Block> parent)
    {
        var list = new Block.List(isOrdered, start);
        parent.Add(list);
        _open.Add((indent, list));
        return list;
    }

    /// <summary>Spaces before the first other character; a tab counts for four.</summary>
    private static int IndentOf(string line)
    {
        var indent = 0;
        foreach (var c in line)
        {
            if (c is not (' ' or '\t'))
            {
                break;
            }

            indent += c == ' ' ? 1 : 4;
        }

        return indent;
    }

    private static string Trim(string line) => line.Trim(' ', '\t');
}
