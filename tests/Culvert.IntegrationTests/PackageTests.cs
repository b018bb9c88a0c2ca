using System.IO.Compression;
using System.Xml.Linq;
using Culvert.Client;
using Culvert.IntegrationTests.Packages;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

/// <summary>The package of the client library, and the snippets of its documents, built against it.</summary>
public sealed class PackageTests(PackageFixture package) : IClassFixture<PackageFixture>
{
    [Fact]
    public void It_has_both_libraries_with_comments_and_symbols_and_depends_on_nothing()
    {
        using var files = ZipFile.OpenRead(package.Package);
        using var description = files.GetEntry("Culvert.Client.nuspec")!.Open(); // Every package has one.
        var nuspec = XDocument.Load(description);

        var names = files.Entries.Select(e => e.FullName)
            .Where(n => n.StartsWith("lib/", StringComparison.Ordinal) || n.EndsWith(".md", StringComparison.Ordinal));
        string[] expected =
        [
            "README.md",
            "lib/net10.0/Culvert.Client.dll",
            "lib/net10.0/Culvert.Client.pdb",
            "lib/net10.0/Culvert.Client.xml",
            "lib/net10.0/Culvert.Protocol.dll",
            "lib/net10.0/Culvert.Protocol.pdb",
            "lib/net10.0/Culvert.Protocol.xml",
        ];
        Assert.Equal(expected, names.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(nuspec.Descendants(), e => e.Name.LocalName == "dependency");
        Assert.Equal("MIT", TextOf(nuspec, "license"));
        Assert.Equal("README.md", TextOf(nuspec, "readme"));
        Assert.Equal(typeof(CulvertClient).Assembly.GetName().Version?.ToString(3), TextOf(nuspec, "version"));
    }

    [Fact]
    public void No_other_project_is_packed_and_there_is_one_version()
    {
        string[] folders = ["samples", "src", "tests", "tools"];
        var projects = folders
            .Select(f => Path.Combine(Programs.Repository, f))
            .SelectMany(f => Directory.EnumerateFiles(f, "*.csproj", SearchOption.AllDirectories))
            .Select(p => (Name: Path.GetFileNameWithoutExtension(p), Text: File.ReadAllText(p)))
            .ToList();

        var packed = projects.Where(p => p.Text.Contains("<IsPackable>", StringComparison.Ordinal));
        var versioned = projects.Where(p => p.Text.Contains("<Version", StringComparison.Ordinal));
        var common = File.ReadAllText(Path.Combine(Programs.Repository, "Directory.Build.props"));

        Assert.Equal(["Culvert.Client"], packed.Select(p => p.Name));
        Assert.Empty(versioned);
        Assert.Contains("<IsPackable>false</IsPackable>", common, StringComparison.Ordinal);
        Assert.Single(XDocument.Parse(common).Descendants("Version"));
    }

    [Theory]
    [InlineData("follow")]
    [InlineData("follow-package")]
    public async Task The_snippet_about_rooms_publishes_and_follows(string snippet)
    {
        var before = await package.Server.Owner.ReadLogAsync("lobby");
        await using var program = package.Start(snippet, package.Server.Token);

        await program.Output.FirstAsync(l => l == "msg owner: hello").Within(60);

        var after = await package.Server.Owner.ReadLogAsync("lobby");
        Assert.Equal("hello", EventLine.TextOf(Assert.Single(after.Skip(before.Count))));
    }

    [Fact]
    public async Task The_snippet_that_goes_on_handles_each_event_once()
    {
        string[] arguments = ["go-on", package.Server.Token, package.Server.Address.ToString()];
        using var client = new CulvertClient(package.Server.Address, new() { Token = package.Server.Token });
        await client.PublishAsync("lobby", "before", cancellationToken: Bounded.Cancelled);
        await using (var first = package.Start(arguments))
        {
            await first.Output.FirstAsync(l => l == "handled before").Within(60);
            await client.PublishAsync("lobby", "mark", cancellationToken: Bounded.Cancelled);
            await client.PublishAsync("lobby", "last", cancellationToken: Bounded.Cancelled);
            // Once this one is there, the cursor behind the one before it is kept.
            await first.Output.FirstAsync(l => l == "handled last").Within(60);
        }

        await client.PublishAsync("lobby", "after", cancellationToken: Bounded.Cancelled);
        await using var second = package.Start(arguments);

        await second.Output.FirstAsync(l => l == "handled after").Within(60);
        Assert.DoesNotContain("handled before", second.Output.Lines);
        Assert.DoesNotContain("handled mark", second.Output.Lines);
    }

    [Fact]
    public async Task The_snippets_about_messages_talk_to_each_other()
    {
        await using var program = package.Start("messages");

        await program.MustExitAsync(0, TimeSpan.FromSeconds(60));

        string[] expected = ["hello, 3: how are you?", "done", "hello, 3: how are you?", "done", "done"];
        Assert.Equal(expected, program.Output.Lines);
    }

    [Fact]
    public async Task The_snippet_about_requests_gets_its_answer()
    {
        await using var program = package.Start("requests");

        await program.MustExitAsync(0, TimeSpan.FromSeconds(60));

        Assert.Empty(program.Errors.Lines);
    }

    private static string? TextOf(XDocument nuspec, string name) =>
        nuspec.Descendants().SingleOrDefault(e => e.Name.LocalName == name)?.Value;
}
