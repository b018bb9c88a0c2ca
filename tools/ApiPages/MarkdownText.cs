using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ApiPages;

/// <summary>The words of a documentation comment as Markdown.</summary>
/// <param name="link">What a reference (<c>cref</c>) is shown as.</param>
internal sealed class MarkdownText(Func<string, string> link)
{
    /// <summary>The whole element, paragraphs apart.</summary>
    public string Of(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        var text = new StringBuilder();
        Append(text, element.Nodes());
        var paragraphs = text.ToString().Split("\n\n").Select(p => p.Trim()).Where(p => p.Length > 0);
        return string.Join("\n\n", paragraphs);
    }

    /// <summary>The same in one line, for a table or a list.</summary>
    public string InOneLine(XElement? element) => Regex.Replace(Of(element), @"\s+", " ");

    private void Append(StringBuilder text, IEnumerable<XNode> nodes)
    {
        foreach (var node in nodes)
        {
            switch (node)
            {
                case XText words:
                    text.Append(Regex.Replace(words.Value, @"\s+", " ").Replace("<", "&lt;", StringComparison.Ordinal));
                    break;
                case XElement { Name.LocalName: "para" } paragraph:
                    text.Append("\n\n");
                    Append(text, paragraph.Nodes());
                    text.Append("\n\n");
                    break;
                case XElement { Name.LocalName: "code" } code:
                    text.Append($"\n\n```cs\n{code.Value.Trim('\n', '\r')}\n```\n\n");
                    break;
                case XElement element:
                    text.Append(Inline(element));
                    break;
            }
        }
    }

    private string Inline(XElement element) => element.Name.LocalName switch
    {
        "see" or "seealso" when element.Attribute("cref") is { } cref => link(cref.Value),
        "see" when element.Attribute("langword") is { } word => $"`{word.Value}`",
        "paramref" or "typeparamref" => $"`{element.Attribute("name")?.Value}`",
        "c" => $"`{Regex.Replace(element.Value, @"\s+", " ")}`",
        _ => element.Value,
    };
}
