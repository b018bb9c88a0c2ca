namespace Culvert.Tests.Tidy;

public sealed class CodeBlocksTests
{
    [Fact]
    public void Types_and_members_are_found_with_their_nesting()
    {
        const string Text = """
            namespace A.B;

            [Name("x {")]
            internal sealed record C<T>(int D = 1) : E where T : class
            {
                private readonly List<int> _f = new() { 1, 2 };

                public int G { get; } = 1;

                public int H(int x = 2) => x switch { 1 => 2, _ => 3 };

                private static partial class Log { void I() { if (x) { } } }
            }

            public delegate int J<T>(T x);
            internal record struct K(int L);
            """;

        var blocks = CodeBlocks.Of(new TextFile("A.cs", Text)).OrderBy(b => b.Start)
            .Select(b => $"{b.Nesting} {b.Kind} {b.Name.Split(' ')[^1]}");

        Assert.Equal(
            [
                "0 Namespace A.B", "0 Type C", "1 Value new()", "1 Member G", "1 Member switch", "1 Type Log",
                "2 Member I()", "0 Type J", "0 Type K",
            ],
            blocks);
    }

    [Fact]
    public void A_member_starts_behind_its_attributes()
    {
        const string Text = "class A\n{\n    [B]\n    [C(new[] { 1 })]\n    void D()\n    {\n    }\n}\n";
        var file = new TextFile("A.cs", Text);

        var member = Assert.Single(CodeBlocks.Of(file), b => b.Kind == CodeBlockKind.Member);

        Assert.Equal((5, 7), (file.LineAt(member.Start), file.LineAt(member.End)));
    }
}
