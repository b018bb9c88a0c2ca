using System.Net;
using Culvert.Server.Tunnels.Targets;

namespace Culvert.Tests.Tunnels;

public sealed class TargetRulesTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("game-*", "game-7", true)]
    [InlineData("game-*", "GAME-", true)]
    [InlineData("game-*", "gam", false)]
    [InlineData("*.internal", "db.internal", true)]
    [InlineData("*.internal", "a.b.internal", true)]
    [InlineData("*.internal", "internal", false)]
    [InlineData("*.internal", "db.internal.evil", false)]
    [InlineData("a*b*c", "aXbYbc", true)]
    [InlineData("a*b*c", "aXbY", false)]
    [InlineData("**", "x", true)]
    [InlineData("exact", "exact", true)]
    [InlineData("exact", "exactly", false)]
    public void A_glob_matches_whole_texts(string glob, string text, bool matches)
    {
        Assert.Equal(matches, Glob.Matches(glob, text));
    }

    [Theory]
    [InlineData("db.internal:5432", "db.internal", 5432)]
    [InlineData("db.internal.:5432", "db.internal", 5432)]
    [InlineData("10.0.0.5:1", "10.0.0.5", 1)]
    [InlineData("[2001:db8::1]:65535", "2001:db8::1", 65535)]
    [InlineData("game-7:0", "game-7", 0)]
    [InlineData("7_x.y:0", "7_x.y", 0)]
    [InlineData("db.internal", null, 0)]
    [InlineData("db.internal:", null, 0)]
    [InlineData("db.internal:65536", null, 0)]
    [InlineData("db.internal:-1", null, 0)]
    [InlineData(":80", null, 0)]
    [InlineData("::1:80", null, 0)]
    [InlineData("[::1]:0", null, 0)]
    [InlineData("[fe80::1%1]:80", null, 0)]
    [InlineData("[127.0.0.1]:80", null, 0)]
    [InlineData("user@host:80", null, 0)]
    [InlineData("ho/st:80", null, 0)]
    [InlineData("-game:0", null, 0)]
    public void A_target_is_a_host_and_a_port_or_a_name(string text, string? host, int port)
    {
        Assert.Equal(host is null ? null : new TunnelTarget(host, port), TunnelTarget.Parse(text));
    }

    [Theory]
    [InlineData("db.internal:*")]
    [InlineData("*:80-90")]
    [InlineData("10.0.0.0/8:5432")]
    [InlineData("[fd00::/8]:*")]
    [InlineData("fd00::/8:1-2")]
    [InlineData("[::1]:22")]
    [InlineData("name:game-*")]
    public void A_rule_is_a_host_with_ports_or_a_name(string text)
    {
        Assert.NotNull(TargetRule.Parse(text));
    }

    [Theory]
    [InlineData("db.internal")]
    [InlineData("db.internal:0")]
    [InlineData("db.internal:90-80")]
    [InlineData("db.internal:http")]
    [InlineData("10.0.0.0/33:80")]
    [InlineData("a b:80")]
    [InlineData("name:")]
    [InlineData("name:a/b")]
    [InlineData(":80")]
    public void Anything_else_is_no_rule(string text)
    {
        Assert.Null(TargetRule.Parse(text));
    }

    [Theory]
    [InlineData("db.internal:5432", "db.internal:5432", "10.0.0.5", true)]
    [InlineData("db.internal:5432", "DB.internal:5432", "10.0.0.5", true)]
    [InlineData("db.internal:5432", "db.internal:5433", "10.0.0.5", false)]
    [InlineData("db.internal:5432", "db2.internal:5432", "10.0.0.5", false)]
    [InlineData("*.internal:80-90", "a.internal:85", "10.0.0.5", true)]
    [InlineData("*.internal:80-90", "a.internal:91", "10.0.0.5", false)]
    [InlineData("10.0.0.0/8:*", "10.1.2.3:22", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8:*", "11.1.2.3:22", "11.1.2.3", false)]
    [InlineData("10.0.0.0/8:*", "any.example:22", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8:*", "any.example:22", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8:*", "any.example:22", "11.1.2.3", false)]
    [InlineData("*:*", "evil.example:80", "127.0.0.1", false)]
    [InlineData("*:*", "evil.example:80", "127.8.9.1", false)]
    [InlineData("*:*", "evil.example:80", "::ffff:127.0.0.1", false)]
    [InlineData("*:*", "evil.example:80", "::127.0.0.1", false)]
    [InlineData("*:*", "evil.example:80", "64:ff9b::7f00:1", false)]
    [InlineData("*:*", "evil.example:80", "::1", false)]
    [InlineData("*:*", "evil.example:80", "::", false)]
    [InlineData("*:*", "evil.example:80", "0.0.0.0", false)]
    [InlineData("*:*", "evil.example:80", "169.254.169.254", false)]
    [InlineData("*:*", "evil.example:80", "fe80::1", false)]
    [InlineData("*:*", "evil.example:80", "fd00:ec2::254", false)]
    [InlineData("*:*", "evil.example:80", "224.0.0.1", false)]
    [InlineData("*:*", "evil.example:80", "ff02::1", false)]
    [InlineData("*:*", "good.example:80", "192.0.2.1", true)]
    [InlineData("*:*", "127.0.0.1:80", "127.0.0.1", false)]
    [InlineData("localhost:80", "localhost:80", "127.0.0.1", true)]
    [InlineData("localhost:80", "evil.example:80", "127.0.0.1", false)]
    [InlineData("127.0.0.0/8:80", "evil.example:80", "127.0.0.1", true)]
    [InlineData("[::1]:80", "[::1]:80", "::1", true)]
    [InlineData("name:*", "db.internal:80", "10.0.0.5", false)]
    public void What_is_allowed_is_looked_at_by_host_port_and_address(
        string rule, string target, string address, bool isAllowed)
    {
        var rules = new TargetRules([rule, "unrelated.example:1"]);

        Assert.Equal(isAllowed, rules.Allows(TunnelTarget.Parse(target)!, IPAddress.Parse(address)));
    }

    [Fact]
    public void What_no_address_could_allow_is_refused_without_asking_for_one()
    {
        var rules = new TargetRules(["*.internal:80", "10.0.0.0/8:22", "name:game-*"]);

        Assert.True(rules.MayAllow(TunnelTarget.Parse("a.internal:80")!));
        Assert.True(rules.MayAllow(TunnelTarget.Parse("any.example:22")!));
        Assert.False(rules.MayAllow(TunnelTarget.Parse("any.example:80")!));
        Assert.False(rules.MayAllow(TunnelTarget.Parse("11.0.0.1:22")!));

        // What the system takes for an address is judged as one, however it is spelt.
        Assert.False(new TargetRules(["*:80"]).MayAllow(TunnelTarget.Parse("127.1:80")!));
        Assert.False(new TargetRules(["*:80"]).MayAllow(TunnelTarget.Parse("0x7f000001:80")!));
        Assert.True(rules.AllowsName("GAME-7"));
        Assert.False(rules.AllowsName("db"));
    }
}
