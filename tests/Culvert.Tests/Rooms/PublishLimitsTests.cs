using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class PublishLimitsTests
{
    [Fact]
    public void A_burst_passes_and_then_the_rate_counts()
    {
        var bucket = new TokenBucket(3, 0);

        Assert.Equal([0, 0, 0, 500], Enumerable.Range(0, 4).Select(_ => bucket.Take(1, 2, 3, 0)));
        Assert.InRange(bucket.Take(1, 2, 3, 499), 1, 2);
        Assert.Equal(0, bucket.Take(1, 2, 3, 500));
    }

    [Fact]
    public void It_never_holds_more_than_the_burst()
    {
        var bucket = new TokenBucket(3, 0);

        Assert.Equal(0, bucket.Take(3, 2, 3, 1_000_000));
        Assert.Equal(500, bucket.Take(1, 2, 3, 1_000_000));
    }

    [Fact]
    public void A_request_larger_than_the_burst_passes_a_full_bucket_and_leaves_a_debt()
    {
        var bucket = new TokenBucket(3, 0);

        Assert.Equal(0, bucket.Take(13, 2, 3, 0));
        Assert.Equal(5500, bucket.Take(1, 2, 3, 0));
        Assert.False(bucket.IsFull(2, 3, 6000));
        Assert.True(bucket.IsFull(2, 3, 6500));
    }

    [Fact]
    public void A_clock_that_was_set_back_does_not_stop_the_refill()
    {
        var bucket = new TokenBucket(1, 1_000_000);
        Assert.Equal(0, bucket.Take(1, 1, 1, 1_000_000));

        Assert.Equal(1000, bucket.Take(1, 1, 1, 5));
        Assert.Equal(0, bucket.Take(1, 1, 1, 1005));
    }

    [Fact]
    public void The_longest_wait_is_still_a_wait()
    {
        var bucket = new TokenBucket(1_000_000, 0);
        Assert.Equal(0, bucket.Take(1_000_000, 0.1, 1_000_000, 0));

        Assert.Equal(int.MaxValue, bucket.Take(1_000_000, 0.1, 1_000_000, 0));
    }

    [Fact]
    public void Each_user_has_a_rate_of_his_own_and_the_unlimited_have_none()
    {
        var limits = new PublishLimits(new RoomOptions { PublishBurst = 1, PublishPerSecond = 1 });
        var limited = RoomRig.Alice with { IsUnlimited = false };

        Assert.Equal(0, limits.Take(limited, 1, 0));
        Assert.Equal(1000, limits.Take(limited, 1, 0));
        Assert.Equal(0, limits.Take(RoomRig.Bob with { IsUnlimited = false }, 1, 0));
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(_ => limits.Take(RoomRig.Alice, 1000, 0)));
    }

    [Fact]
    public void Forgetting_full_buckets_changes_no_answer()
    {
        var limits = new PublishLimits(new RoomOptions { PublishBurst = 1, PublishPerSecond = 1 });
        Assert.Equal(0, limits.Take(Limited(1), 1, 0));
        for (var user = 2; user <= 100_000; user++)
        {
            limits.Take(Limited(user), 1, 5000);
        }

        Assert.Equal(0, limits.Take(Limited(100_001), 1, 5500));

        Assert.Equal(0, limits.Take(Limited(1), 1, 5500));
        Assert.Equal(500, limits.Take(Limited(2), 1, 5500));
    }

    private static Caller Limited(long userId) => RoomRig.CallerOf(userId) with { IsUnlimited = false };
}
