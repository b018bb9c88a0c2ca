using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>
/// Finds namespaces, types and members by matching braces in code without strings and comments. It is a scanner and no
/// compiler: it takes every branch of <c>#if</c> and knows only the declarations that this repository writes.
/// </summary>
internal sealed partial class CodeBlocks
{
    private readonly string _code;
    private readonly List<CodeBlock> _blocks = [];
    private readonly Stack<CodeBlock> _open = [];
    private int _headerStart;

    private CodeBlocks(string code) => _code = Directive().Replace(code, m => new string(' ', m.Length));

    public static IReadOnlyList<CodeBlock> Of(TextFile file)
    {
        var blocks = new CodeBlocks(file.Code);
        blocks.Read();
        return blocks._blocks;
    }

    private void Read()
    {
        for (var at = 0; at < _code.Length; at++)
        {
            switch (_code[at])
            {
                case '(' or '[':
                    at = Match(at);
                    break;
                case ';':
                    EndStatement(at);
                    break;
                case '{':
                    at = OpenBlock(at);
                    break;
                case '}':
                    if (_open.TryPop(out var block))
                    {
                        _blocks.Add(block with { End = at });
                    }

                    _headerStart = at + 1;
                    break;
            }
        }
    }

    private void EndStatement(int at)
    {
        var block = Describe(at);
        if (block.Kind is CodeBlockKind.Namespace or CodeBlockKind.Type)
        {
            _blocks.Add(block with { End = at });
        }

        _headerStart = at + 1;
    }

    /// <summary>Goes into a namespace or a type; reads anything else to its end in one step.</summary>
    /// <returns>The index of the last character that was read.</returns>
    private int OpenBlock(int at)
    {
        var block = Describe(at);
        if (block.Kind is CodeBlockKind.Namespace or CodeBlockKind.Type)
        {
            _open.Push(block);
            _headerStart = at + 1;
            return at;
        }

        var end = Match(at);
        _blocks.Add(block with { End = end });
        _headerStart = end + 1;
        return end;
    }

    private CodeBlock Describe(int headerEnd)
    {
        var start = SkipAttributes(_headerStart, headerEnd);
        var header = _code[start..headerEnd];
        var nesting = _open.Count(b => b.Kind == CodeBlockKind.Type);
        var (kind, name) = header switch
        {
            _ when NamespaceHeader().Match(header) is { Success: true } m => (CodeBlockKind.Namespace, NameIn(m)),
            _ when TypeHeader().Match(header) is { Success: true } m => (CodeBlockKind.Type, NameIn(m)),
            _ when DelegateHeader().Match(header) is { Success: true } m => (CodeBlockKind.Type, NameIn(m)),
            _ when ExtensionHeader().IsMatch(header) => (CodeBlockKind.Type, "extension"),
            _ when HasInitialValue(header) => (CodeBlockKind.Value, header.Trim()),
            _ => (CodeBlockKind.Member, header.Trim()),
        };
        return new(kind, name, start, headerEnd, nesting);
    }

    private static string NameIn(Match match) => match.Groups["name"].Value;

    /// <summary>Whether a header holds an equals sign of its own, outside parameters and before any arrow.</summary>
    private static bool HasInitialValue(string header)
    {
        var depth = 0;
        for (var at = 0; at < header.Length; at++)
        {
            depth += header[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (header[at] == '=' && depth == 0)
            {
                var next = at + 1 < header.Length ? header[at + 1] : ' ';
                return at > 0 && char.IsWhiteSpace(header[at - 1]) && next is not ('>' or '=');
            }
        }

        return false;
    }

    private int SkipAttributes(int from, int end)
    {
        while (true)
        {
            while (from < end && char.IsWhiteSpace(_code[from]))
            {
                from++;
            }

            if (from == end || _code[from] != '[')
            {
                return from;
            }

            from = Math.Min(end, Match(from) + 1);
        }
    }

    /// <summary>The index of the bracket that closes the one at an index, or of the last character.</summary>
    private int Match(int at)
    {
        var depth = 0;
        for (; at < _code.Length; at++)
        {
            depth += _code[at] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }
        }

        return _code.Length - 1;
    }

    [GeneratedRegex(@"(?m)^[ ]*\#.*$")]
    private static partial Regex Directive();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)\s*$")]
    private static partial Regex NamespaceHeader();

    [GeneratedRegex(
        @"^((public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*" +
        @"(class|struct|interface|enum|record(\s+(class|struct))?)\s+(?<name>\w+)")]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"^((public|internal|private|protected|unsafe)\s+)*delegate\s[^(]*?(?<name>\w+)\s*(<[^(]*>)?\s*\(")]
    private static partial Regex DelegateHeader();

    [GeneratedRegex(@"^extension\s*[<(]")]
    private static partial Regex ExtensionHeader();
}
