namespace Culvert.Tests.Tidy;

public sealed class NamespaceTests
{
    [Theory]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "namespace Culvert.Server.Rooms;", 0)]
    [InlineData("src/Culvert.Server/Storage/Sqlite/A.cs", "namespace Culvert.Server.Storage.Sqlite;", 0)]
    [InlineData("src/Culvert/A.cs", "namespace Culvert;", 0)]
    [InlineData("tests/Culvert.Tests/A.cs", "namespace Culvert.Tests;", 0)]
    [InlineData("src/Culvert/Program.cs", "return 0;", 0)]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "namespace Culvert.Server;", 1)]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "namespace Culvert.Server.Rooms { class A; }", 1)]
    [InlineData("src/Culvert.Server/Rooms/A.cs", "class A { }", 1)]
    public void A_namespace_equals_its_folder(string path, string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile(path, text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        string[] folders = ["src", "tests", "bench", "tools"];
        var files = Repository.CSharp.Where(f => folders.Any(f.IsUnder));

        Repository.MustHaveNone(files.SelectMany(Check));
    }

    private static IEnumerable<Finding> Check(TextFile file)
    {
        var expected = string.Join('.', file.Path.Split('/')[1..^1]);
        var blocks = CodeBlocks.Of(file);
        var spaces = blocks.Where(b => b.Kind == CodeBlockKind.Namespace).ToList();
        if (spaces.Count == 0)
        {
            return blocks.Any(b => b.Kind == CodeBlockKind.Type) ? [file.At(1, Advice(expected))] : [];
        }

        return spaces
            .Where(n => n.Name != expected || file.Code[n.End] != ';')
            .Select(n => file.At(file.LineAt(n.Start), Advice(expected)));
    }

    private static string Advice(string expected) => $"the folder asks for `namespace {expected};`";
}
