using System.Text;
using System.Text.RegularExpressions;

namespace Culvert.Client.Messages;

/// <summary>
/// A path with names in braces: <c>/client{id}</c>, <c>/game/{name}/{seat}</c>; <c>{*rest}</c> at the end takes
/// slashes too, and nothing. Immutable.
/// </summary>
internal sealed partial class RouteTemplate
{
    private readonly Regex _pattern;
    private readonly List<string> _names = [];

    /// <exception cref="ArgumentException">It is none.</exception>
    public RouteTemplate(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
        var pattern = new StringBuilder("^");
        var position = 0;
        foreach (Match hole in Hole().Matches(text))
        {
            pattern.Append(Literal(text[position..hole.Index]));
            position = hole.Index + hole.Length;
            var takesAll = hole.Groups["all"].Length > 0;
            var name = hole.Groups["name"].Value;
            if (_names.Contains(name) || (takesAll && position < text.Length))
            {
                throw Bad(text);
            }

            _names.Add(name);
            pattern.Append(takesAll ? $"(?<{name}>.*)" : $"(?<{name}>[^/]+)");
        }

        pattern.Append(Literal(text[position..])).Append('$');
        if (text is not ['/', ..])
        {
            throw Bad(text);
        }

        // Its time grows with the path's length alone, whatever a client asks for.
        _pattern = new Regex(
            pattern.ToString(),
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    public string Text { get; }

    /// <summary>Whether a path, unescaped, fits; and what stands for the names then.</summary>
    public bool TryMatch(string path, out IReadOnlyDictionary<string, string> values)
    {
        var match = _pattern.Match(path);
        values = _names.ToDictionary(name => name, name => match.Groups[name].Value);
        return match.Success;
    }

    [GeneratedRegex(@"\{(?<all>\*?)(?<name>[A-Za-z_][A-Za-z0-9_]*)\}")]
    private static partial Regex Hole();

    private static string Literal(string text) =>
        text.AsSpan().ContainsAny("{}?#") ? throw Bad(text) : Regex.Escape(text);

    private static ArgumentException Bad(string text) =>
        new($"'{text}' is no route such as /client{{id}} or /{{*rest}}.", nameof(text));
}
