using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Tests.RoomProtocol;

public sealed class NameRulesTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("lobby", "lobby")]
    [InlineData("Release-2.0_final", "release-2.0_final")]
    [InlineData("Zażółć", "zaz\u0307o\u0301łc\u0301")]
    [InlineData("会議室", "会議室")]
    [InlineData("ห้องน้ำ", "ห้องน้ำ")]
    [InlineData("हिन्दी", "हिन्दी")]
    [InlineData("７", "7")]
    [InlineData("٣", "3")]
    public void Names_of_any_script_have_a_key(string name, string key)
    {
        Assert.True(NameRules.TryNormaliseRoom(name, out var actual, out var problem), problem);

        Assert.Null(problem);
        Assert.Equal(key, actual);
    }

    [Theory]
    [InlineData("Alice", "aLICE")]
    [InlineData("alice", "аlісе")]
    [InlineData("Bob", "Воb")]
    [InlineData("TOM", "ΤΟΜ")]
    [InlineData("Nick", "Νick")]
    [InlineData("Harry", "Ηarry")]
    [InlineData("Yves", "Υves")]
    [InlineData("van", "νan")]
    [InlineData("café", "cafe\u0301")]
    [InlineData("Ấn", "A\u0302\u0301n")]
    [InlineData("ậ", "a\u0302\u0323")]
    [InlineData("ậ", "a\u0323\u0302")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Straße", "straẞe")]
    [InlineData("ΣΟΦΟΣ", "σοφος")]
    [InlineData("Вася", "вАСЯ")]
    [InlineData("ё", "ë")]
    [InlineData("ｂｏｂ", "bob")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ıstanbul", "istanbul")]
    [InlineData("ΝΙΚΟΣ", "νικος")]
    [InlineData("ᎪᏞᎥᏟᎬ", "alice")]
    [InlineData("が", "か\u3099")]
    public void Names_that_look_alike_have_one_key(string one, string other)
    {
        Assert.True(NameRules.TryNormaliseUser(one, out var first, out var problem), problem);
        Assert.True(NameRules.TryNormaliseUser(other, out var second, out problem), problem);

        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("bob", "b0b")]
    [InlineData("resume", "résumé")]
    [InlineData("a-b", "a_b")]
    [InlineData("mail", "mall")]
    public void Names_that_differ_have_two_keys(string one, string other)
    {
        Assert.True(NameRules.TryNormaliseUser(one, out var first, out _));
        Assert.True(NameRules.TryNormaliseUser(other, out var second, out _));

        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a b")]
    [InlineData("a\u00A0b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData(".a")]
    [InlineData("..")]
    [InlineData("-a")]
    [InlineData("_a")]
    [InlineData("\u0301a")]
    [InlineData("a\u0301\u0301\u0301\u0301")]
    [InlineData("a\u0335")]
    [InlineData("a\uFE0F")]
    [InlineData("a\u200Bb")]
    [InlineData("a\u200Db")]
    [InlineData("a\u202Eb")]
    [InlineData("a\u0000")]
    [InlineData("a\n")]
    [InlineData("a\u3164")]
    [InlineData("\u115F")]
    [InlineData("ﬁsh")]
    [InlineData("𝐛𝐨𝐛")]
    [InlineData("😀")]
    [InlineData("a\uD800")]
    [InlineData("a\u0378")]
    [InlineData("x²")]
    public void Names_that_could_mislead_are_refused_with_a_reason(string name)
    {
        Assert.False(NameRules.TryNormaliseRoom(name, out var key, out var problem));

        Assert.Empty(key);
        Assert.NotNull(problem);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
        Assert.DoesNotContain('\u202E', problem);
        Assert.False(NameRules.TryNormaliseUser(name, out _, out _));
    }

    [Fact]
    public void Length_counts_code_points()
    {
        Assert.True(NameRules.TryNormaliseRoom(string.Concat(Enumerable.Repeat("𠮷", 64)), out _, out _));
        Assert.False(NameRules.TryNormaliseRoom(string.Concat(Enumerable.Repeat("𠮷", 65)), out _, out _));
        Assert.True(NameRules.TryNormaliseUser(new string('a', 32), out _, out _));
        Assert.False(NameRules.TryNormaliseUser(new string('a', 33), out _, out _));
    }

    [Theory]
    [InlineData("new")]
    [InlineData("API")]
    [InlineData("аdmіn")]
    [InlineData("ws")]
    [InlineData("Events")]
    public void Reserved_room_names_and_their_look_alikes_are_refused(string name)
    {
        Assert.False(NameRules.TryNormaliseRoom(name, out _, out var problem));

        Assert.Contains("reserved", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("Rооt")]
    [InlineData("CULVERT")]
    [InlineData("everyone")]
    [InlineData("me")]
    public void Reserved_user_names_and_their_look_alikes_are_refused(string name) =>
        Assert.False(NameRules.TryNormaliseUser(name, out _, out _));

    [Fact]
    public void The_rooms_of_a_first_start_and_of_the_demonstration_are_allowed()
    {
        foreach (var name in new[] { "lobby", "main", "flood", "foo", "bar", "baz" })
        {
            Assert.True(NameRules.TryNormaliseRoom(name, out var key, out _));
            Assert.Equal(name, key);
        }
    }

    [Fact]
    public void Keys_are_names_of_their_own_and_stay_the_same()
    {
        var fuzz = new Fuzz(log);
        for (var round = 0; round < 50_000; round++)
        {
            var builder = new StringBuilder("a");
            for (var length = fuzz.Below(6); length >= 0; length--)
            {
                var code = fuzz.Below(fuzz.Below(4) == 0 ? 0x20000 : 0x600);
                builder.Append(Rune.IsValid(code) ? new Rune(code).ToString() : "\uD800");
            }

            if (NameRules.TryNormaliseRoom(builder.ToString(), out var key, out _)
                && NameRules.TryNormaliseRoom(key, out var again, out _))
            {
                Assert.Equal(key, again);
            }
        }
    }
}
