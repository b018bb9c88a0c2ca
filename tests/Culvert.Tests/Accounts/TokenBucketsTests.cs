using System.Net;
using Culvert.Server.Accounts;
using Culvert.Tests.Support;

namespace Culvert.Tests.Accounts;

public sealed class TokenBucketsTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_bucket_empties_and_fills_evenly()
    {
        var buckets = new TokenBuckets(_time, 3, TimeSpan.FromSeconds(30), 10);
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, buckets.Take("a")));

        Assert.InRange(buckets.Take("a"), TimeSpan.FromSeconds(9.99), TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.Zero, buckets.Take("b"));
        _time.Advance(TimeSpan.FromSeconds(10.01));
        Assert.Equal(TimeSpan.Zero, buckets.Take("a"));
        Assert.NotEqual(TimeSpan.Zero, buckets.Take("a"));
    }

    [Fact]
    public void A_returned_token_can_be_taken_again()
    {
        var buckets = new TokenBuckets(_time, 1, TimeSpan.FromSeconds(30), 10);
        buckets.Take("a");

        buckets.Return("a");

        Assert.Equal(TimeSpan.Zero, buckets.Take("a"));
        Assert.NotEqual(TimeSpan.Zero, buckets.Take("a"));
    }

    [Fact]
    public void Keys_beyond_the_bound_share_a_bucket_until_others_are_full()
    {
        var buckets = new TokenBuckets(_time, 1, TimeSpan.FromSeconds(30), 2);
        buckets.Take("a");
        buckets.Take("b");

        Assert.Equal(TimeSpan.Zero, buckets.Take("c"));
        Assert.NotEqual(TimeSpan.Zero, buckets.Take("d"));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(TimeSpan.Zero, buckets.Take("d"));
        Assert.Equal(TimeSpan.Zero, buckets.Take("e"));
    }

    [Fact]
    public void The_network_of_one_customer_counts_as_one_address()
    {
        var limiter = new SignInLimiter(new AccountOptions { SignInFailures = 1 }, _time);
        limiter.TryBegin("a", IPAddress.Parse("2001:db8::1"));

        Assert.NotEqual(TimeSpan.Zero, limiter.TryBegin("b", IPAddress.Parse("2001:db8::ffff:2")));
        Assert.Equal(TimeSpan.Zero, limiter.TryBegin("b", IPAddress.Parse("2001:db8:0:1::1")));
    }

    [Fact]
    public void Guesses_spread_over_accounts_and_addresses_have_a_bound_too()
    {
        var limiter = new SignInLimiter(new AccountOptions { SignInFailuresOverall = 20 }, _time);

        var passed = Enumerable.Range(0, 50)
            .Count(i => limiter.TryBegin($"user{i}", IPAddress.Parse($"10.0.0.{i}")) == TimeSpan.Zero);

        Assert.Equal(20, passed);
    }
}
