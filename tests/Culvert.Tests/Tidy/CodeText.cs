namespace Culvert.Tests.Tidy;

/// <summary>
/// Splits C# text into its code and its comments. Each half is as long as the text, with everything else blanked, so
/// that an index means the same in all three. Text in strings belongs to neither half; code in the holes of an
/// interpolated string is code.
/// </summary>
internal sealed class CodeText
{
    private readonly string _text;
    private readonly char[] _code;
    private readonly char[] _comments;
    private int _at;

    private CodeText(string text)
    {
        _text = text;
        _code = Blank(text);
        _comments = Blank(text);
    }

    public string Code => new(_code);

    public string Comments => new(_comments);

    public static CodeText Of(string text)
    {
        var split = new CodeText(text);
        split.ReadCode(closingBraces: 0);
        return split;
    }

    private static char[] Blank(string text) => [.. text.Select(c => c == '\n' ? c : ' ')];

    /// <summary>Reads code to the end of the text or, in a hole, to the braces that close it.</summary>
    private void ReadCode(int closingBraces)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (closingBraces > 0 && c == '}' && depth == 0)
            {
                _at = Math.Min(_text.Length, _at + closingBraces);
                return;
            }

            if (closingBraces > 0 && c == ':' && depth == 0)
            {
                SkipFormat();
                continue;
            }

            depth += c switch { '{' or '(' or '[' => 1, '}' or ')' or ']' => -1, _ => 0 };
            if (!ReadNonCode(c))
            {
                _code[_at] = c;
                _at++;
            }
        }
    }

    /// <summary>The format behind a colon in a hole is text, and an apostrophe in it opens nothing.</summary>
    private void SkipFormat()
    {
        if (Peek(1) == ':')
        {
            _at += 2;
            return;
        }

        var end = _text.IndexOf('}', _at);
        _at = end < 0 ? _text.Length : end;
    }

    private bool ReadNonCode(char c)
    {
        switch (c)
        {
            case '/' when Peek(1) == '/':
                ReadComment(LineEnd());
                return true;
            case '/' when Peek(1) == '*':
                var close = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                ReadComment(close < 0 ? _text.Length : close + 2);
                return true;
            case '#' when IsFirstOnItsLine():
                // A directive's text is not C#: an apostrophe in a region's name opens nothing.
                ReadCodeTo(LineEnd());
                return true;
            case '\'':
                ReadEscaped('\'');
                return true;
            case '"' or '$' or '@':
                return ReadString();
            default:
                return false;
        }
    }

    private bool ReadString()
    {
        var start = _at;
        var dollars = 0;
        var verbatim = false;
        while (_at < _text.Length && _text[_at] is '$' or '@')
        {
            dollars += _text[_at] == '$' ? 1 : 0;
            verbatim |= _text[_at] == '@';
            _at++;
        }

        if (Peek(0) != '"')
        {
            // An identifier such as @class.
            _at = start;
            return false;
        }

        var quotes = CountOf('"');
        if (quotes >= 3 && !verbatim)
        {
            _at += quotes;
            ReadQuoted(quotes, dollars, escapes: false, doubled: false);
        }
        else
        {
            _at++;
            ReadQuoted(quotes: 1, dollars, escapes: !verbatim, doubled: verbatim);
        }

        return true;
    }

    /// <summary>Reads the inside of a string up to its closing quotes.</summary>
    /// <param name="quotes">How many quotes close it.</param>
    /// <param name="dollars">How many braces open a hole; none in a plain string.</param>
    /// <param name="escapes">Whether a backslash takes the next character with it.</param>
    /// <param name="doubled">Whether two quotes stand for one.</param>
    private void ReadQuoted(int quotes, int dollars, bool escapes, bool doubled)
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (escapes && c == '\\')
            {
                _at += 2;
            }
            else if (c == '"' && doubled && Peek(1) == '"')
            {
                _at += 2;
            }
            else if (c == '"' && CountOf('"') >= quotes)
            {
                _at += quotes;
                return;
            }
            else if (c == '{' && dollars > 0)
            {
                ReadBraces(dollars, raw: quotes > 1);
            }
            else
            {
                _at++;
            }
        }
    }

    /// <summary>Braces in an interpolated string: a hole, or in an ordinary one a doubled brace.</summary>
    private void ReadBraces(int dollars, bool raw)
    {
        var run = CountOf('{');
        _at += run;
        if (raw ? run >= dollars : run % 2 == 1)
        {
            ReadCode(closingBraces: raw ? dollars : 1);
        }
    }

    private void ReadEscaped(char close)
    {
        _at++;
        while (_at < _text.Length && _text[_at] != close && _text[_at] != '\n')
        {
            _at += _text[_at] == '\\' ? 2 : 1;
        }

        _at = Math.Min(_text.Length, _at + 1);
    }

    private void ReadComment(int end)
    {
        _text.CopyTo(_at, _comments, _at, end - _at);
        _at = end;
    }

    private void ReadCodeTo(int end)
    {
        _text.CopyTo(_at, _code, _at, end - _at);
        _at = end;
    }

    private bool IsFirstOnItsLine()
    {
        var lineStart = _at == 0 ? 0 : _text.LastIndexOf('\n', _at - 1) + 1;
        return string.IsNullOrWhiteSpace(_text[lineStart.._at]);
    }

    private int LineEnd()
    {
        var end = _text.IndexOf('\n', _at);
        return end < 0 ? _text.Length : end;
    }

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private int CountOf(char c)
    {
        var count = 0;
        while (Peek(count) == c)
        {
            count++;
        }

        return count;
    }
}
