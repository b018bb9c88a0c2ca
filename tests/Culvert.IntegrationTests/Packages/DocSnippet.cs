using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Packages;

/// <summary>A block of C# in a document, as it stands there.</summary>
/// <param name="Document">Its path in the repository.</param>
/// <param name="Code">The lines, without indentation of their own.</param>
internal sealed record DocSnippet(string Document, string Code)
{
    /// <summary>All blocks of a document, in order.</summary>
    public static IReadOnlyList<DocSnippet> In(string document)
    {
        var text = File.ReadAllText(Path.Combine(Programs.Repository, document));
        return
        [
            .. Regex.Matches(text, @"^```cs\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)
                .Select(m => new DocSnippet(document, m.Groups["code"].Value)),
        ];
    }

    /// <summary>A class whose method runs the snippet.</summary>
    /// <param name="name">The class.</param>
    /// <param name="parameters">What the document takes for granted.</param>
    public string ToClass(string name, string parameters)
    {
        var lines = Code.Split('\n');
        var usings = lines.Where(IsDirective).Append("using Culvert.Client;").Append("using Culvert.Client.Messages;")
            .Append("using Culvert.Protocol.Rooms;").Append("using static Surroundings;").Distinct();
        return $$"""
            {{string.Join('\n', usings)}}
            static class {{name}}
            {
                public static async Task RunAsync({{parameters}})
                {
                    await Task.Yield();
            {{string.Join('\n', lines.Where(l => !IsDirective(l)))}}
                }
            }
            """;
    }

    private static bool IsDirective(string line) => Regex.IsMatch(line, @"^using [\w.]+;$");
}
