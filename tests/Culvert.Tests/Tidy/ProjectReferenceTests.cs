using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>Which project of src may use which: Culvert, the server, the client, the protocol, in this order.</summary>
public sealed class ProjectReferenceTests
{
    [Theory]
    [InlineData("Culvert.Protocol")]
    [InlineData("Culvert.Client", "Culvert.Protocol")]
    [InlineData("Culvert.Server", "Culvert.Client", "Culvert.Protocol")]
    [InlineData("Culvert.Chat", "Culvert.Server")]
    [InlineData("Culvert", "Culvert.Chat", "Culvert.Client", "Culvert.Server")]
    public void A_project_uses_only_those_below_it(string project, params string[] expected)
    {
        var text = Repository.TextOf($"src/{project}/{project}.csproj");

        var used = Regex.Matches(text, @"<ProjectReference Include=""\.\./(?<name>[\w.]+)/")
            .Select(m => m.Groups["name"].Value)
            .Order(StringComparer.Ordinal);

        Assert.NotEmpty(text);
        Assert.Equal(expected, used);
    }
}
