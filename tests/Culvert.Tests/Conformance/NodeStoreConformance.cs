using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Conformance;

/// <summary>What every <see cref="INodeStore"/> must do. The tests of one derive from it and run all of it.</summary>
public abstract class NodeStoreConformance
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    // A lease of no length is over when it begins: no test has to wait.
    private static readonly TimeSpan Over = TimeSpan.FromSeconds(-1);

    private protected abstract INodeStore Store { get; }

    /// <summary>Adds an entry to the control log, in a transaction of its own.</summary>
    private protected abstract ValueTask<long> AppendControlAsync(byte[] body);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_start_is_a_higher_incarnation_and_ends_the_one_before()
    {
        var first = await Store.TakeLeaseAsync("a", Long, Cancel);
        var other = await Store.TakeLeaseAsync("b", Long, Cancel);
        var second = await Store.TakeLeaseAsync("a", Long, Cancel);

        Assert.True(first < other && other < second);
        Assert.False(await Store.RenewLeaseAsync(first, Long, Cancel));
        Assert.True(await Store.RenewLeaseAsync(second, Long, Cancel));
        Assert.Equal([new LiveNode(other, "b"), new LiveNode(second, "a")], await Store.ListLiveAsync(Cancel));
    }

    [Fact]
    public async Task A_lease_that_was_given_back_is_gone()
    {
        var node = await Store.TakeLeaseAsync("a", Long, Cancel);

        await Store.RetireAsync(node, Cancel);

        Assert.Empty(await Store.ListLiveAsync(Cancel));
        Assert.False(await Store.RenewLeaseAsync(node, Long, Cancel));
    }

    [Fact]
    public async Task A_lease_that_is_over_is_fenced_by_whoever_looks()
    {
        var dead = await Store.TakeLeaseAsync("dead", Over, Cancel);
        var alive = await Store.TakeLeaseAsync("alive", Long, Cancel);
        await Store.WritePresenceAsync(dead, 1, [Here(1, 2)], Cancel);

        Assert.Equal([new LiveNode(alive, "alive")], await Store.ListLiveAsync(Cancel));

        Assert.False(await Store.RenewLeaseAsync(dead, Long, Cancel));
        Assert.False(await Store.WritePresenceAsync(dead, 2, [Here(1, 3)], Cancel));
        var presence = await Store.ReadPresenceAsync(dead, Cancel);
        Assert.Equal(0, presence.Version);
        Assert.Empty(presence.Here);
    }

    [Fact]
    public async Task A_late_renewal_that_nobody_noticed_is_granted()
    {
        var node = await Store.TakeLeaseAsync("a", Over, Cancel);

        Assert.True(await Store.RenewLeaseAsync(node, Long, Cancel));

        Assert.Equal([new LiveNode(node, "a")], await Store.ListLiveAsync(Cancel));
    }

    [Fact]
    public async Task Presence_is_what_the_last_changes_left()
    {
        var node = await Store.TakeLeaseAsync("a", Long, Cancel);
        var other = await Store.TakeLeaseAsync("b", Long, Cancel);
        await Store.WritePresenceAsync(other, 1, [Here(1, 2)], Cancel);

        Assert.True(await Store.WritePresenceAsync(node, 1, [Here(1, 2), Here(1, 3), Here(2, 2)], Cancel));
        Assert.True(await Store.WritePresenceAsync(
            node, 2, [Left(1, 2), Here(1, 2), Here(4, 4), Left(4, 4), Left(2, 2), Left(9, 9)], Cancel));

        var presence = await Store.ReadPresenceAsync(node, Cancel);
        Assert.Equal(2, presence.Version);
        Assert.Equal([Here(1, 2), Here(1, 3)], presence.Here.OrderBy(change => change.UserId));
    }

    [Fact]
    public async Task Presence_without_anybody_has_a_version()
    {
        var node = await Store.TakeLeaseAsync("a", Long, Cancel);
        await Store.WritePresenceAsync(node, 7, [], Cancel);

        var presence = await Store.ReadPresenceAsync(node, Cancel);

        Assert.Equal(7, presence.Version);
        Assert.Empty(presence.Here);
    }

    [Fact]
    public async Task The_control_log_is_read_in_order()
    {
        Assert.Equal(0, await Store.LastControlAsync(Cancel));
        foreach (var value in Enumerable.Range(1, 5))
        {
            Assert.Equal(value, await AppendControlAsync([(byte)value]));
        }

        var some = await Store.ReadControlAsync(1, 3, Cancel);

        Assert.Equal([2L, 3L, 4L], some.Select(entry => entry.Id));
        Assert.Equal(new byte[] { 2, 3, 4 }, some.Select(entry => entry.Body.Span[0]));
        Assert.Empty(await Store.ReadControlAsync(5, 3, Cancel));
        Assert.Equal(5, await Store.LastControlAsync(Cancel));
    }

    [Fact]
    public async Task Entries_that_are_added_at_once_never_appear_behind_a_reader()
    {
        const int Writers = 4;
        const int Each = 50;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(
            async () =>
            {
                for (var count = 0; count < Each; count++)
                {
                    await AppendControlAsync([1]);
                }
            },
            Cancel)));

        var seen = 0L;
        while (seen < Writers * Each)
        {
            foreach (var entry in await Store.ReadControlAsync(seen, 1_000, Cancel))
            {
                Assert.Equal(seen + 1, entry.Id);
                seen = entry.Id;
            }
        }

        await writing;
    }

    [Fact]
    public async Task A_ticket_is_taken_once()
    {
        var hash = CredentialHash.Of("ticket");
        await Store.AddTicketAsync(hash, Ticket(5), Limits(), Cancel);

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(async () => await Store.TakeTicketAsync(hash, Cancel), Cancel)));

        var one = Assert.Single(taken.OfType<SharedTicket>());
        Assert.Equal(5, one.UserId);
        Assert.Equal("body"u8.ToArray(), one.Body.ToArray());
    }

    [Fact]
    public async Task A_ticket_whose_time_is_over_is_none()
    {
        var hash = CredentialHash.Of("ticket");
        await Store.AddTicketAsync(hash, Ticket(5), Limits() with { Lifetime = Over }, Cancel);

        Assert.Null(await Store.TakeTicketAsync(hash, Cancel));
        Assert.Null(await Store.TakeTicketAsync(CredentialHash.Of("other"), Cancel));
    }

    [Fact]
    public async Task Tickets_are_bounded_for_each_user_and_overall()
    {
        var limits = new TicketLimits(Long, PerUser: 2, Overall: 3);

        Assert.True(await Store.AddTicketAsync(CredentialHash.Of("1"), Ticket(5), limits, Cancel));
        Assert.True(await Store.AddTicketAsync(CredentialHash.Of("2"), Ticket(5), limits, Cancel));
        Assert.False(await Store.AddTicketAsync(CredentialHash.Of("3"), Ticket(5), limits, Cancel));
        Assert.True(await Store.AddTicketAsync(CredentialHash.Of("4"), Ticket(6), limits, Cancel));
        Assert.False(await Store.AddTicketAsync(CredentialHash.Of("5"), Ticket(7), limits, Cancel));
        await Store.TakeTicketAsync(CredentialHash.Of("1"), Cancel);
        Assert.True(await Store.AddTicketAsync(CredentialHash.Of("6"), Ticket(5), limits, Cancel));
    }

    [Fact]
    public void Keys_of_forms_are_kept_by_name()
    {
        Assert.Empty(Store.ReadFormKeys());

        Store.WriteFormKey("b", "<two/>");
        Store.WriteFormKey("a", "<one/>");
        Store.WriteFormKey("b", "<three/>");

        Assert.Equal(["<one/>", "<three/>"], Store.ReadFormKeys());
    }

    private static PresenceChange Here(long room, long user) => new(room, user, $"user{user}", true);

    private static PresenceChange Left(long room, long user) => new(room, user, $"user{user}", false);

    private static SharedTicket Ticket(long user) => new(user, "body"u8.ToArray());

    private static TicketLimits Limits() => new(Long, PerUser: 10, Overall: 10);
}
