namespace Culvert.Tests.Tidy;

public sealed class TypePerFileTests
{
    [Theory]
    [InlineData("A.cs", "namespace N;\n\nclass A\n{\n    class B\n    {\n    }\n}\n", 0)]
    [InlineData("A.cs", "class A;\n\nclass A<T> where T : class;\n", 0)]
    [InlineData("A.Log.cs", "partial class A { }", 0)]
    [InlineData("A{T}.cs", "class A<T> { }", 0)]
    [InlineData("A.cs", "delegate void A(int x);", 0)]
    [InlineData("Program.cs", "using N;\nreturn 0;\n", 0)]
    [InlineData("A.cs", "class B { }", 1)]
    [InlineData("A.cs", "class A { }\n\nfile enum B { C }\n", 1)]
    [InlineData("a.cs", "class A { }", 1)]
    public void A_file_holds_one_type_and_has_its_name(string name, string text, int findings)
    {
        Assert.Equal(findings, Check(new TextFile("src/" + name, text)).Count());
    }

    [Fact]
    public void The_repository_keeps_to_it()
    {
        Repository.MustHaveNone(Repository.CSharp.SelectMany(Check));
    }

    // Foo.cs, Foo.Log.cs for a part of Foo, Foo{T}.cs or Foo`1.cs for a generic one beside a plain one.
    private static IEnumerable<Finding> Check(TextFile file)
    {
        var expected = file.FileName.Split('.', '{', '`')[0];
        return CodeBlocks.Of(file)
            .Where(b => b.Kind == CodeBlockKind.Type && b.Nesting == 0 && b.Name != expected)
            .Select(b => file.At(
                file.LineAt(b.Start),
                $"type {b.Name} stands in {file.FileName}; give it a file of its name, or nest it"));
    }
}
