using Culvert.Server.Hosting;

namespace Culvert.Tests.Hosting;

/// <summary>When those who are told to come back do so.</summary>
public sealed class TellPeersTests
{
    [Theory]
    [InlineData(1, 1_500, 3_000, 0)]
    [InlineData(1_000, 1_500, 6_600, 5_000)]
    [InlineData(3_000, 1_500, 6_600, 5_000)]
    public void T1_49_Many_come_back_over_five_seconds_and_few_sooner(int count, int from, int to, int span)
    {
        var farewells = TellPeers.Spread(count);

        var delays = Enumerable.Range(0, count).Select(_ => farewells.NextDelay()).Order().ToArray();

        Assert.InRange(delays[0], from, to);
        Assert.InRange(delays[^1], from, to);
        Assert.True(delays[^1] - delays[0] >= span, $"{delays[0]} to {delays[^1]} ms");

        // Never more than a quarter of them in a fifth of the time.
        var busiest = delays.Max(d => delays.Count(other => other >= d && other < d + ((to - from) / 5)));
        Assert.True(count == 1 || busiest <= count / 4, $"{busiest} of {count}");
    }
}
