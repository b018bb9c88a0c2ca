using Culvert.Client;

namespace Culvert.Tests.Client;

public sealed class BackoffTests
{
    [Fact]
    public void The_bound_doubles_from_half_a_second_to_thirty()
    {
        var backoff = new Backoff(static () => 1);

        var delays = Enumerable.Range(0, 8).Select(_ => backoff.Next(null).TotalSeconds);

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30], delays);
    }

    [Fact]
    public void The_jitter_is_full()
    {
        var backoff = new Backoff(static () => 0.25);

        var delays = Enumerable.Range(0, 3).Select(_ => backoff.Next(null).TotalSeconds);

        Assert.Equal([0.125, 0.25, 0.5], delays);
    }

    [Theory]
    [InlineData(3, 3.5)]
    [InlineData(-5, 0.5)]
    [InlineData(86_400, 3600.5)]
    public void A_hint_is_waited_for_within_reason(double hintSeconds, double delaySeconds)
    {
        var backoff = new Backoff(static () => 1);

        Assert.Equal(delaySeconds, backoff.Next(TimeSpan.FromSeconds(hintSeconds)).TotalSeconds);
    }

    [Fact]
    public void Success_starts_over()
    {
        var backoff = new Backoff(static () => 1);
        _ = backoff.Next(null);
        _ = backoff.Next(null);

        backoff.Reset();

        Assert.Equal(0.5, backoff.Next(null).TotalSeconds);
    }
}
