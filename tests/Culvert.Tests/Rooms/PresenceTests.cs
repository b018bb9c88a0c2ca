using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class PresenceTests
{
    private readonly Presence _presence = new();

    [Fact]
    public void A_user_is_present_while_at_least_one_connection_is()
    {
        _presence.Enter(1, "alice");
        _presence.Enter(1, "alice");
        Announce(0, ["alice"], []);

        _presence.Exit(1);
        Assert.False(_presence.HasChanges);
        Assert.True(_presence.Contains(1));

        _presence.Exit(1);
        Announce(1000, [], ["alice"]);
        Assert.Equal(0, _presence.Count);
    }

    [Fact]
    public void Who_leaves_and_comes_back_between_two_batches_never_changed()
    {
        _presence.Enter(1, "alice");
        Announce(0, ["alice"], []);

        _presence.Exit(1);
        _presence.Enter(1, "alice");
        _presence.Enter(2, "bob");
        _presence.Exit(2);

        Assert.False(_presence.HasChanges);
        Assert.False(_presence.TryAnnounce(5000, 1000, holdsLeaves: false, out _, out _));
        Assert.Equal(1, _presence.Version);
    }

    [Fact]
    public void Versions_are_contiguous_and_the_snapshot_is_of_the_last_one()
    {
        _presence.Enter(2, "bob");
        Announce(0, ["bob"], []);
        _presence.Enter(1, "alice");

        Assert.Equal(["bob"], _presence.Snapshot());
        Assert.Equal(1, _presence.Version);

        _presence.Exit(2);
        Announce(1000, ["alice"], ["bob"]);
        Assert.Equal(["alice"], _presence.Snapshot());
        Assert.Equal(2, _presence.Version);
    }

    [Fact]
    public void Batches_keep_their_distance()
    {
        _presence.Enter(1, "alice");
        Announce(10, ["alice"], []);
        _presence.Enter(2, "bob");

        Assert.False(_presence.TryAnnounce(1009, 1000, holdsLeaves: false, out _, out _));

        Announce(1010, ["bob"], []);
    }

    [Fact]
    public void A_clock_that_was_set_back_silences_nobody()
    {
        _presence.Enter(1, "alice");
        Announce(1_000_000, ["alice"], []);
        _presence.Enter(2, "bob");

        Announce(5, ["bob"], []);
    }

    [Fact]
    public void A_storm_of_arrivals_comes_in_batches_of_bounded_size()
    {
        for (var user = 1; user <= 600; user++)
        {
            _presence.Enter(user, $"u{user}");
        }

        var sizes = new List<int>();
        for (var now = 0; _presence.HasChanges; now += 1000)
        {
            Assert.True(_presence.TryAnnounce(now, 1000, holdsLeaves: false, out var join, out _));
            sizes.Add(join.Count);
        }

        Assert.Equal([256, 256, 88], sizes);
        Assert.Equal(600, _presence.Snapshot().Count);
        Assert.Equal(3, _presence.Version);
    }

    [Fact]
    public void The_exit_of_a_stranger_changes_nothing()
    {
        _presence.Exit(7);

        Assert.False(_presence.HasChanges);
    }

    [Fact]
    public void Who_is_here_and_elsewhere_leaves_when_both_have_ended()
    {
        _presence.EnterElsewhere(1, "alice");
        _presence.Enter(1, "alice");
        Announce(0, ["alice"], []);

        _presence.ExitElsewhere(1, isGone: false);
        Assert.False(_presence.HasChanges);
        _presence.Exit(1);

        Announce(1000, [], ["alice"]);
    }

    [Fact]
    public void Who_was_elsewhere_before_is_no_news()
    {
        _presence.EnterElsewhere(1, "alice", isKnown: true);

        Assert.False(_presence.HasChanges);
        Assert.Equal(["alice"], _presence.Snapshot());
        Assert.False(_presence.Contains(1));
    }

    [Fact]
    public void Leaves_that_are_held_wait_for_a_return_but_not_those_of_a_node_that_is_gone()
    {
        _presence.EnterElsewhere(1, "alice");
        _presence.EnterElsewhere(2, "bob");
        Announce(0, ["alice", "bob"], []);
        _presence.ExitElsewhere(1, isGone: false);
        _presence.ExitElsewhere(2, isGone: true);

        Assert.True(_presence.TryAnnounce(5000, 1000, holdsLeaves: true, out _, out var left));
        Assert.Equal(["bob"], left);
        Assert.False(_presence.TryAnnounce(5999, 1000, holdsLeaves: true, out _, out _));
        Assert.True(_presence.TryAnnounce(6000, 1000, holdsLeaves: true, out _, out left));
        Assert.Equal(["alice"], left);
    }

    private void Announce(long now, string[] joined, string[] left)
    {
        Assert.True(_presence.TryAnnounce(now, 1000, holdsLeaves: false, out var join, out var leave));
        Assert.Equal(joined, join);
        Assert.Equal(left, leave);
    }
}
