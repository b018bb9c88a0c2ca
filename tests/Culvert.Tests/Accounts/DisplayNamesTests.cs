using Culvert.Server.Accounts;

namespace Culvert.Tests.Accounts;

public sealed class DisplayNamesTests
{
    [Theory]
    [InlineData("Ann Lee")]
    [InlineData("Зоя Петрова")]
    [InlineData("田中さくら")]
    [InlineData("مریم")]
    [InlineData("می\u200Cخواهم")]
    [InlineData("שָׁלוֹם")]
    [InlineData("नमस्ते")]
    [InlineData("🦊")]
    [InlineData("👩‍💻 Bea")]
    [InlineData("🏳️‍🌈")]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    [InlineData("1️⃣")]
    [InlineData("👍🏽")]
    [InlineData("Dr. O'Neil (she/her)")]
    [InlineData("<b>&amp;</b>")]
    public void T1_12_Any_script_and_emoji_make_a_display_name(string text)
    {
        Assert.Equal(text, DisplayNames.Clean($"  {text}\t", out var problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\nb")]
    [InlineData("a\u0000b")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("a  b")]
    [InlineData("a\u00A0b")]
    [InlineData("a\u3000b")]
    [InlineData("Ann\u202E")]
    [InlineData("\u2066Ann\u2069")]
    [InlineData("\u200FAnn")]
    [InlineData("\u061CAnn")]
    [InlineData("An\u200Bn")]
    [InlineData("An\u200Dn")]
    [InlineData("An\u00ADn")]
    [InlineData("Ann\uFEFF")]
    [InlineData("Ann\U000E0041")]
    [InlineData("\u200D")]
    [InlineData("\u3164")]
    [InlineData("\u2800")]
    [InlineData("\u0301")]
    [InlineData("a\u0301\u0301\u0301\u0301\u0301")]
    [InlineData("\uE000")]
    public void T1_12_What_hides_or_turns_text_around_is_refused(string text)
    {
        Assert.Null(DisplayNames.Clean(text, out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void T1_12_Half_a_character_is_refused()
    {
        Assert.Null(DisplayNames.Clean("Ann" + '\uD83E', out var problem));
        Assert.Contains("Unicode", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", 64, true)]
    [InlineData("x", 65, false)]
    [InlineData("🦊", 64, true)]
    [InlineData("🦊", 65, false)]
    [InlineData("x", 1_000_000, false)]
    public void T1_12_The_length_is_counted_in_code_points(string character, int count, bool isTaken)
    {
        var text = string.Concat(Enumerable.Repeat(character, count));

        Assert.Equal(isTaken, DisplayNames.Clean(text, out _) is not null);
    }
}
