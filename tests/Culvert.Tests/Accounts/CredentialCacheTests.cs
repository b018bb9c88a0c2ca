using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Accounts;

public sealed class CredentialCacheTests
{
    [Fact]
    public void It_keeps_no_more_than_it_may_and_what_is_in_use()
    {
        var cache = new CredentialCache(10);
        Add(cache, 0);

        for (var i = 1; i < 100; i++)
        {
            Add(cache, i);
            Assert.True(cache.TryGet(Hash(0), out _));
        }

        Assert.InRange(Enumerable.Range(0, 100).Count(i => cache.TryGet(Hash(i), out _)), 2, 10);
    }

    [Fact]
    public void What_was_read_before_something_ended_is_not_kept()
    {
        var cache = new CredentialCache(10);
        var version = cache.Version;

        cache.Remove(Revocation.OfOne(1, 7, RevocationReason.SignedOut));
        cache.Add(Hash(1), NewCredential(1), version);

        Assert.False(cache.TryGet(Hash(1), out _));
    }

    [Fact]
    public void A_revocation_takes_what_it_names_out_of_both_generations()
    {
        var cache = new CredentialCache(4);
        for (var i = 0; i < 3; i++)
        {
            Add(cache, i);
        }

        cache.Remove(Revocation.OfUser(1, RevocationReason.UserDisabled));

        Assert.True(cache.TryGet(Hash(0), out _));
        Assert.False(cache.TryGet(Hash(1), out _));
        Assert.True(cache.TryGet(Hash(2), out _));
    }

    private static void Add(CredentialCache cache, int user) =>
        cache.Add(Hash(user), NewCredential(user), cache.Version);

    private static CredentialHash Hash(int user) => CredentialHash.Of($"secret {user}");

    private static Credential NewCredential(int user)
    {
        var caller = new Caller { UserId = user, Name = "x", ServerRole = RoomRole.Member, CredentialId = user };
        return new Credential
        {
            Caller = caller,
            Feature = new CallerFeature(caller),
            IsSession = true,
            RefreshAt = long.MaxValue,
        };
    }
}
