using System.Text.Json;
using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

public sealed class OptionsDocumentedTests
{
    private const string Page = "docs/configuration.md";

    // What these two take is set by the program that calls them, never by an operator; the compiler asks for the
    // comments that document it.
    private static readonly string[] Libraries = ["src/Culvert.Protocol", "src/Culvert.Client"];

    [Theory]
    [InlineData("public int MaxBytes { get; init; }", "| `maxBytes` | 1 |", 0)]
    [InlineData("public required TimeSpan? MaxWait { get; init; } = null;", "`rooms.maxWait`", 0)]
    [InlineData("public int MaxBytes => 1;\n    internal int Other { get; init; }", "", 0)]
    [InlineData("public int MaxBytes { get; init; }", "", 1)]
    [InlineData("public int MaxBytes { get; init; }", "`maxBytesInAll`", 1)]
    [InlineData("public IReadOnlyList<string> A { get; init; } = [];\n    public int B { get; init; }", "`a`", 1)]
    public void An_option_stands_in_the_configuration_page(string property, string page, int findings)
    {
        var file = new TextFile("src/A/BOptions.cs", $"public sealed record BOptions\n{{\n    {property}\n}}\n");

        Assert.Equal(findings, Check(file, page).Count());
    }

    [Fact]
    public void An_option_is_a_property_and_no_parameter()
    {
        Assert.Single(Check(new TextFile("src/A/BOptions.cs", "public sealed record BOptions(int MaxBytes);"), ""));
    }

    [Fact]
    public void Other_types_are_no_options()
    {
        var file = new TextFile("src/A/B.cs", "public sealed record B\n{\n    public int C { get; init; }\n}\n");

        Assert.Empty(Check(file, ""));
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        var page = Repository.TextOf(Page);
        var files = Repository.CSharp.Where(f => f.IsUnder("src") && !Libraries.Any(f.IsUnder));

        Repository.MustHaveNone(files.SelectMany(f => Check(f, page)));
    }

    private static IEnumerable<Finding> Check(TextFile file, string page) =>
        from type in CodeBlocks.Of(file)
        where type.Kind == CodeBlockKind.Type && type.Name.EndsWith("Options", StringComparison.Ordinal)
        let code = file.Code[type.Start..(type.End + 1)]
        let header = Regex.Match(code, @"^[^{;]*\bsealed\b[^{;]*\brecord\s+\w+\s*\(?").Value
        where header.Length > 0
        from finding in header.EndsWith('(')
            ? [file.At(file.LineAt(type.Start), $"{type.Name}: make each option an init property with a comment")]
            : Undocumented(file, type, page)
        select finding;

    private static IEnumerable<Finding> Undocumented(TextFile file, CodeBlock type, string page) =>
        from match in Regex.Matches(
            file.Code[type.Start..type.End],
            @"\bpublic\s+(?!static\b)[^;{}()=]*?\b(?<name>\w+)\s*\{\s*get;\s*init;\s*\}")
        let key = JsonNamingPolicy.CamelCase.ConvertName(match.Groups["name"].Value)
        where !Regex.IsMatch(page, $@"(?<!\w){Regex.Escape(key)}(?!\w)")
        let line = file.LineAt(type.Start + match.Index)
        select file.At(line, $"option `{key}` is missing from {Page}; describe it there");
}
