using Culvert.Server.Hosting;
using Culvert.Server.Tunnels;

namespace Culvert.Tests.Tunnels;

public sealed class TunnelSettingsTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void Without_a_word_names_are_allowed_and_nothing_else()
    {
        var options = Read();

        Assert.Equal(["name:*"], options.Allow);
        Assert.Empty(options.Names);
        Assert.Empty(options.Public);
        Assert.Equal((1000, 1024, 256), (options.MaxSessions, options.MaxStreams, options.MaxNames));
        Assert.Equal(16, options.MaxSessionsPerUser);
        Assert.Equal(
            (64 * MiB, 256 * MiB, 512 * MiB),
            ((long)options.MaxStreamWindow, options.SessionBudget, options.WindowBudget));
        Assert.Equal(TimeSpan.Zero, options.Idle);
    }

    [Fact]
    public void Every_option_is_read()
    {
        var options = Read(
            ("tunnels:allow", "db.internal:5432,10.0.0.0/8:*"),
            ("tunnels:names:game-*:0", "alice"),
            ("tunnels:names:game-*:1", "bob"),
            ("tunnels:names:lab", "*"),
            ("tunnels:public", "lab*"),
            ("tunnels:maxSessions", "1"),
            ("tunnels:maxStreams", "2"),
            ("tunnels:maxNames", "3"),
            ("tunnels:pingInterval", "4s"),
            ("tunnels:pongTimeout", "5s"),
            ("tunnels:dialTimeout", "6s"),
            ("tunnels:idle", "7s"),
            ("tunnels:maxSessionsPerUser", "8"),
            ("tunnels:maxStreamWindow", "1GiB"),
            ("tunnels:sessionBudget", "4GiB"),
            ("tunnels:windowBudget", "0"));

        Assert.Equal(["db.internal:5432", "10.0.0.0/8:*"], options.Allow);
        Assert.Equal(["alice", "bob"], options.Names["game-*"]);
        Assert.Equal(["*"], options.Names["LAB"]);
        Assert.Equal(["lab*"], options.Public);
        Assert.Equal((1, 2, 3), (options.MaxSessions, options.MaxStreams, options.MaxNames));
        Assert.Equal(
            (8, 1024 * MiB, 4096 * MiB, 0L),
            (options.MaxSessionsPerUser, (long)options.MaxStreamWindow, options.SessionBudget, options.WindowBudget));
        Assert.Equal(
            [4, 5, 6, 7],
            [
                options.PingInterval.TotalSeconds, options.PongTimeout.TotalSeconds, options.DialTimeout.TotalSeconds,
                options.Idle.TotalSeconds,
            ]);
    }

    [Theory]
    [InlineData("tunnels:allow", "db.internal")]
    [InlineData("tunnels:allow", "db.internal:90-80")]
    [InlineData("tunnels:public", "a/b")]
    [InlineData("tunnels:names:a/b", "alice")]
    [InlineData("tunnels:maxStreams", "10000")]
    [InlineData("tunnels:maxSessionsPerUser", "0")]
    [InlineData("tunnels:maxStreamWindow", "255KiB")]
    [InlineData("tunnels:sessionBudget", "1023KiB")]
    [InlineData("tunnels:idle", "31d")]
    [InlineData("tunnels:other", "1")]
    public void A_bad_option_is_told_in_one_line(string key, string value)
    {
        var exception = Assert.Throws<SettingException>(() => Read((key, value)));

        Assert.Contains("tunnels.", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private static TunnelServerOptions Read(params (string Key, string Value)[] settings) => ServerSettings.Read(
        SettingSource.Load(null, settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))).Tunnels;
}
