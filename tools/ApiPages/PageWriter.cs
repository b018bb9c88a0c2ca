using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ApiPages;

/// <summary>Writes a page for each public type, and a first page with all of them.</summary>
internal sealed class PageWriter
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly Comments _comments;
    private readonly MarkdownText _text;
    private readonly List<Type> _types;
    private readonly Dictionary<string, (string Text, string Target)> _places = [];
    private readonly List<string> _findings = [];
    private string _current = "";

    public PageWriter(IReadOnlyCollection<Assembly> assemblies)
    {
        _comments = new Comments(assemblies);
        _text = new MarkdownText(Link);
        _types = [.. assemblies.SelectMany(a => a.GetExportedTypes()).OrderBy(t => t.FullName, StringComparer.Ordinal)];
        foreach (var type in _types)
        {
            _places.Add(MemberIds.Of(type), (Signatures.Name(type), FileName(type)));
            foreach (var member in Members(type))
            {
                var id = MemberIds.Of(member);
                _places.Add(id, ($"{Signatures.Name(type)}.{member.Name}", $"{FileName(type)}#{Anchor(id)}"));
            }
        }
    }

    /// <summary>How many types there are.</summary>
    public int Count => _types.Count;

    /// <summary>Members without a summary, and references to what is not public or does not exist.</summary>
    public IReadOnlyList<string> Findings => _findings;

    /// <summary>Writes all pages; a folder that is there is emptied of pages first.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "*.md"))
        {
            File.Delete(old);
        }

        foreach (var type in _types)
        {
            File.WriteAllText(Path.Combine(folder, FileName(type)), Page(type));
        }

        File.WriteAllText(Path.Combine(folder, "README.md"), FirstPage());
    }

    /// <summary>The members that others can see, without what the compiler makes by itself.</summary>
    internal static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared)
        .Where(m => m is not Type && !m.Name.Contains('<', StringComparison.Ordinal) && IsVisible(m))
        .OrderBy(m => m is ConstructorInfo ? 0 : m is FieldInfo ? 1 : m is PropertyInfo ? 2 : m is EventInfo ? 3 : 4)
        .ThenBy(m => type.IsEnum ? "" : m.Name, StringComparer.Ordinal);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        FieldInfo field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName,
        PropertyInfo property => property.Name != "EqualityContract" && property.GetAccessors(true).Any(IsOpen),
        EventInfo raised => raised.AddMethod is { } add && IsOpen(add),
        MethodInfo { IsSpecialName: true } accessor when accessor.Name is not ['o', 'p', '_', ..] => false,
        MethodBase method => IsOpen(method) && !method.IsDefined(typeof(CompilerGeneratedAttribute))
            && !(method.IsConstructor && method.GetParameters().Length == 0 && IsImplicit(method)),
        _ => false,
    };

    // One without parameters that nobody has written: a record of options, or a struct.
    private static bool IsImplicit(MethodBase constructor) =>
        constructor.DeclaringType is { } type && (type.IsValueType || type.GetMethod("<Clone>$") is not null);

    private static bool IsOpen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private string FirstPage()
    {
        _current = "README.md";
        var page = new StringBuilder("# Culvert.Client: the public API\n");
        foreach (var space in _types.GroupBy(t => t.Namespace))
        {
            page.Append($"\n## {space.Key}\n\n| Type | |\n|---|---|\n");
            foreach (var type in space)
            {
                var summary = _text.InOneLine(_comments.Of(type)?.Element("summary"))
                    .Replace("|", "\\|", StringComparison.Ordinal);
                page.Append($"| {Link(MemberIds.Of(type))} | {summary} |\n");
            }
        }

        return page.ToString();
    }

    private string Page(Type type)
    {
        _current = MemberIds.Of(type);
        var page = new StringBuilder($"# {Escape(Signatures.Name(type))}\n\n");
        page.Append($"`{type.Namespace}`, {type.Assembly.GetName().Name}. [All types](README.md)\n");
        var comment = _comments.Of(type);
        // The parameters of a record come again, as its properties and with its constructor.
        Describe(page, Signatures.Declaration(type), comment, comment?.Elements("typeparam"));
        foreach (var member in Members(type))
        {
            _current = MemberIds.Of(member);
            page.Append($"\n<a id=\"{Anchor(_current)}\"></a>\n\n## {Escape(Signatures.Title(member))}\n");
            var words = _comments.Of(member);
            var parameters = words?.Elements("typeparam").Concat(words.Elements("param"));
            Describe(page, Signatures.Declaration(member), words, parameters);
        }

        return page.ToString();
    }

    private void Describe(
        StringBuilder page, string declaration, XElement? comment, IEnumerable<XElement>? parameters)
    {
        page.Append($"\n```cs\n{declaration}\n```\n");
        if (_text.Of(comment?.Element("summary")) is { Length: > 0 } summary)
        {
            page.Append($"\n{summary}\n");
        }
        else
        {
            _findings.Add($"{_current}: no summary");
        }

        if (_text.Of(comment?.Element("remarks")) is { Length: > 0 } remarks)
        {
            page.Append($"\n{remarks}\n");
        }

        List(page, "Parameters", parameters, Named);
        List(page, "Returns", comment?.Elements("returns"), e => _text.InOneLine(e));
        List(page, "Throws", comment?.Elements("exception"), Thrown);
    }

    private static void List(
        StringBuilder page, string title, IEnumerable<XElement>? elements, Func<XElement, string> show)
    {
        var lines = elements?.Select(e => $"- {show(e)}\n").ToList() ?? [];
        if (lines.Count > 0)
        {
            page.Append($"\n**{title}**\n\n").AppendJoin("", lines);
        }
    }

    private string Named(XElement parameter) => $"`{parameter.Attribute("name")?.Value}`: {_text.InOneLine(parameter)}";

    private string Thrown(XElement exception) =>
        $"{Link(exception.Attribute("cref")?.Value ?? "")}: {_text.InOneLine(exception)}";

    private string Link(string id)
    {
        if (_places.TryGetValue(id, out var place))
        {
            return $"[{Escape(place.Text)}]({place.Target})";
        }

        var isOurs = _types.Select(t => t.Namespace!.Split('.')[0]).Distinct() // Each type has a namespace.
            .Any(root => id.StartsWith($"{id.Split(':')[0]}:{root}.", StringComparison.Ordinal));
        if (id.Length < 3 || id[0] == '!' || isOurs)
        {
            _findings.Add($"{_current}: refers to {id}, which is not public");
        }

        // Of the .NET libraries: its name is enough to find it.
        var path = id.Split(':')[^1].Split('(')[0].Split('.');
        var parts = id.StartsWith("T:", StringComparison.Ordinal) ? path[^1..] : path[Math.Max(0, path.Length - 2)..];
        return $"`{Regex.Replace(string.Join('.', parts), @"`+\d+", "")}`";
    }

    private static string FileName(Type type) => MemberIds.Of(type)[2..].Replace('`', '-') + ".md";

    private static string Anchor(string id) => Regex.Replace(id[2..], "[^A-Za-z0-9]+", "-").Trim('-');

    private static string Escape(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);
}
