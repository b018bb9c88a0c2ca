namespace Culvert.Tests.Tidy;

/// <summary>A name that says nothing about its content collects everything.</summary>
public sealed class VagueNameTests
{
    private static readonly string[] Whole =
    [
        "Common", "Core", "Shared", "Util", "Utils", "Helper", "Helpers", "Manager", "Infrastructure", "Base", "Misc",
        "Internal",
    ];

    private static readonly string[] Endings = ["Util", "Utils", "Helper", "Helpers", "Manager", "Misc"];

    [Theory]
    [InlineData("src/Culvert.Core/A.cs", "", 1)]
    [InlineData("src/Culvert.Server/Helpers/A.cs", "", 1)]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "class RoomManager { }", 1)]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "class A { static class Utils { } }", 1)]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "class Room { void Manager() { } }", 0)]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "class Database { }", 0)]
    public void A_folder_or_a_type_says_what_it_holds(string path, string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile(path, text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file)
    {
        var folders = file.Path.Split('/')[..^1].SelectMany(f => f.Split('.'))
            .Where(f => Whole.Contains(f, StringComparer.OrdinalIgnoreCase))
            .Select(f => file.At(1, $"folder {f}: name it after what it holds"));
        var types = CodeBlocks.Of(file)
            .Where(b => b.Kind == CodeBlockKind.Type)
            .Where(b => Whole.Contains(b.Name) || Endings.Any(e => b.Name.EndsWith(e, StringComparison.Ordinal)))
            .Select(b => file.At(file.LineAt(b.Start), $"type {b.Name}: name it after what it does"));
        return folders.Concat(types);
    }
}
