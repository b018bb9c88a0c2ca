using Culvert.Server.Streams;
using Culvert.Tests.Support;

namespace Culvert.Tests.Streams;

public sealed class PaceTests
{
    private readonly ManualTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ticks_come_at_once_and_then_at_multiples_of_the_period_whatever_the_consumer_takes()
    {
        using var pace = new Pace(_time);
        await using var ticks = pace.Every(TimeSpan.FromSeconds(2), Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(0, await NextAsync(ticks));

        _time.Advance(TimeSpan.FromSeconds(0.7));
        var first = NextAsync(ticks);
        _time.Advance(TimeSpan.FromSeconds(1.2));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(1, await first);
    }

    [Fact]
    public async Task Missed_ticks_are_left_out()
    {
        using var pace = new Pace(_time);
        await using var ticks = pace.Every(TimeSpan.FromSeconds(2), Cancel).GetAsyncEnumerator(Cancel);
        Assert.Equal(0, await NextAsync(ticks));

        _time.Advance(TimeSpan.FromSeconds(7));
        var next = NextAsync(ticks);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(4, await next);
    }

    [Fact]
    public async Task All_share_one_timer_and_keep_their_own_phase()
    {
        using var pace = new Pace(_time);
        var each = new List<IAsyncEnumerator<long>>();
        for (var i = 0; i < 100; i++)
        {
            each.Add(pace.Every(TimeSpan.FromSeconds(1), Cancel).GetAsyncEnumerator(Cancel));
            Assert.Equal(0, await NextAsync(each[i]));
            _time.Advance(TimeSpan.FromMilliseconds(5));
        }

        var waits = each.ConvertAll(NextAsync);
        Assert.Equal(1, _time.ArmedTimers);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, await waits[0]);
        Assert.False(waits[1].IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(495));

        Assert.All(await Task.WhenAll(waits), n => Assert.Equal(1, n));
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_and_leaves_the_others_alone()
    {
        using var pace = new Pace(_time);
        using var stop = new CancellationTokenSource();
        await using var one = pace.Every(TimeSpan.FromSeconds(1), stop.Token).GetAsyncEnumerator(Cancel);
        await using var other = pace.Every(TimeSpan.FromSeconds(1), Cancel).GetAsyncEnumerator(Cancel);
        await NextAsync(one);
        await NextAsync(other);
        var (cancelled, kept) = (NextAsync(one), NextAsync(other));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, await kept);
    }

    private static async Task<long> NextAsync(IAsyncEnumerator<long> ticks)
    {
        Assert.True(await StreamServer.Within(ticks.MoveNextAsync().AsTask()));
        return ticks.Current;
    }
}
