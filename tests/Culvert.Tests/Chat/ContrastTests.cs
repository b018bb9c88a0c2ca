using System.Globalization;
using System.Text.RegularExpressions;
using Culvert.Tests.Tidy;

namespace Culvert.Tests.Chat;

/// <summary>The colours of the pages, computed from their tokens (WCAG 2.2, 1.4.3 and 1.4.11).</summary>
public sealed partial class ContrastTests
{
    private static readonly string Styles = Repository.TextOf("src/Culvert.Chat/wwwroot/styles/base.css");

    public static TheoryData<string, string, double> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string, double>();
            foreach (var ground in new[] { "paper", "raised", "sunk" })
            {
                foreach (var ink in new[] { "ink", "muted", "accent", "danger", "warn", "ok" })
                {
                    pairs.Add(ink, ground, 4.5);
                }

                // The border of a field is what shows that it is one.
                pairs.Add("edge", ground, 3);
            }

            foreach (var kind in new[] { "accent", "danger", "warn", "ok" })
            {
                pairs.Add("ink", $"{kind}-soft", 4.5);
                pairs.Add(kind, $"{kind}-soft", 4.5);
            }

            pairs.Add("on-accent", "accent", 4.5);
            pairs.Add("on-danger", "danger", 4.5);
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void T1_58_Text_can_be_read_on_light_and_on_dark(string ink, string ground, double least)
    {
        var (lightInk, darkInk) = TokenOf(ink);
        var (lightGround, darkGround) = TokenOf(ground);

        Assert.InRange(Contrast(lightInk, lightGround), least, 21);
        Assert.InRange(Contrast(darkInk, darkGround), least, 21);
    }

    [Fact]
    public void T1_58_Initials_can_be_read_on_each_of_the_eight_colours()
    {
        var rules = Avatar().Matches(Styles);

        Assert.Equal(8, rules.Count);
        foreach (Match rule in rules)
        {
            var groups = rule.Groups;
            Assert.InRange(Contrast(groups[3].Value, groups[1].Value), 4.5, 21);
            Assert.InRange(Contrast(groups[4].Value, groups[2].Value), 4.5, 21);
        }
    }

    private static (string Light, string Dark) TokenOf(string name)
    {
        var token = Regex.Match(Styles, $@"--{name}: light-dark\(#([0-9a-f]{{6}}), #([0-9a-f]{{6}})\)");
        Assert.True(token.Success, $"--{name} is not in base.css");
        return (token.Groups[1].Value, token.Groups[2].Value);
    }

    private static double Contrast(string first, string second)
    {
        var (one, other) = (Luminance(first), Luminance(second));
        return (Math.Max(one, other) + 0.05) / (Math.Min(one, other) + 0.05);
    }

    private static double Luminance(string colour) =>
        (0.2126 * Linear(colour[..2])) + (0.7152 * Linear(colour[2..4])) + (0.0722 * Linear(colour[4..]));

    private static double Linear(string part)
    {
        var value = byte.Parse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    [GeneratedRegex(
        @"background: light-dark\(#(\w{6}), #(\w{6})\); color: light-dark\(#(\w{6}), #(\w{6})\);")]
    private static partial Regex Avatar();
}
