using Culvert.Chat.Pages;

namespace Culvert.Tests.Chat;

public sealed class HtmlCharactersTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("&#x41F;&#x440;", "Пр")]
    [InlineData("a&#x1F600;b", "a😀b")]
    [InlineData("&lt;&#x27;&#x26;&#x3C;&quot;", "&lt;&#x27;&#x26;&#x3C;&quot;")]
    [InlineData("&amp;#x41F;", "&amp;#x41F;")]
    [InlineData("&#x85;&#xA0;", "&#x85;\u00A0")]
    [InlineData("&#xD800;&#x110000;&#x;&#xZZ;&#x41F", "&#xD800;&#x110000;&#x;&#xZZ;&#x41F")]
    [InlineData("&#x0000041F;", "&#x0000041F;")]
    public void Characters_outside_of_ascii_are_written_as_they_are(string html, string expected) =>
        Assert.Equal(expected, HtmlCharacters.Plain(html));
}
