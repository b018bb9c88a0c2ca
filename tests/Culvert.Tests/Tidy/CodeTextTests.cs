namespace Culvert.Tests.Tidy;

public sealed class CodeTextTests
{
    [Theory]
    [InlineData("a(\"x\");", "a(   );")]
    [InlineData("a(\"\\\"b\");", "a(     );")]
    [InlineData("a(@\"\\\");b", "a(    );b")]
    [InlineData("a(@\"x\"\"y\");", "a(       );")]
    [InlineData("a('\"', '\\'', '{');", "a(   ,     ,    );")]
    [InlineData("a(\"\"\"x\"y\"\"\");b", "a(         );b")]
    [InlineData("a($\"{b(\"c\")}d\");", "a(   b(   )   );")]
    [InlineData("a($\"{b:h'x}\");c", "a(   b      );c")]
    [InlineData("a($\"{{b}}\");c", "a(        );c")]
    [InlineData("a($$\"\"\"{b}{{c}}\"\"\");", "a(          c     );")]
    [InlineData("a; // b", "a;     ")]
    [InlineData("a /* b\n\"c */ d", "a     \n      d")]
    [InlineData("@class = 1;", "@class = 1;")]
    public void Strings_and_comments_are_blanked_in_the_code(string text, string code)
    {
        Assert.Equal(code, CodeText.Of(text).Code);
    }

    [Fact]
    public void A_directive_is_code_and_opens_no_string()
    {
        var split = CodeText.Of("#region it's\na(\"b\");");

        Assert.Equal("#region it's\na(   );", split.Code);
    }

    [Fact]
    public void Comments_keep_their_place()
    {
        var split = CodeText.Of("a(\"// no\"); // yes");

        Assert.Equal("             // yes"[1..], split.Comments);
    }

    [Fact]
    public void A_string_that_never_ends_ends_with_the_text()
    {
        Assert.Equal("a    ", CodeText.Of("a \"b\\").Code);
    }
}
