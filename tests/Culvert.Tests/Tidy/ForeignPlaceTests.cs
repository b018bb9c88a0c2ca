using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>Nothing in the tree says on which machine or against which package registry it was built.</summary>
public sealed class ForeignPlaceTests
{
    private const string MachinePath = @"(?<![\w.~})\]/-])/(work|root|home|Users)/";

    private const string RegistryHost =
        @"(?i)\b((nuget|pypi|pythonhosted|npmjs|deb\.debian)\.(org|com)|(docker|ghcr)\.io|" +
        @"(pkgs\.dev\.azure|pkg\.github|mcr\.microsoft)\.com|[\w-]*artifactory[\w-]*\.[\w.-]+)";

    // The snippets are put together here, so that this file does not break its own rule.
    [Theory]
    [InlineData("cd /{0}/culvert", "work", 1)]
    [InlineData("\"/{0}/me/.cache\"", "home", 1)]
    [InlineData("see src/{0}/a", "work", 0)]
    [InlineData("$TMP/{0}/a and https://example.org/{0}/a", "home", 0)]
    [InlineData("https://api.{0}.org/v3", "nuget", 1)]
    [InlineData("registry=registry.{0}.org", "npmjs", 1)]
    [InlineData("https://example.org/{0}", "nuget", 0)]
    public void No_file_names_a_machine_path_or_a_registry(string format, string part, int findings)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, part);

        Assert.Equal(findings, Check(new TextFile("A.txt", text)).Count());
    }

    [Theory]
    [InlineData("nuget.config", 1)]
    [InlineData("src/NuGet.Config", 1)]
    [InlineData("docs/nuget.md", 0)]
    public void No_file_chooses_a_package_source(string path, int findings)
    {
        Assert.Equal(findings, CheckName(path).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.Files.SelectMany(Check).Concat(Repository.Paths.SelectMany(CheckName)));
    }

    private static IEnumerable<Finding> Check(TextFile file) =>
        Regex.Matches(file.Text, $"{MachinePath}|{RegistryHost}")
            .Select(m => file.At(file.LineAt(m.Index), $"`{m.Value}` belongs to one machine; leave it out"));

    private static IEnumerable<Finding> CheckName(string path) =>
        Path.GetFileName(path).Equals("nuget.config", StringComparison.OrdinalIgnoreCase)
            ? [new(path, 1, "the package source is the machine's choice; delete this file")]
            : [];
}
