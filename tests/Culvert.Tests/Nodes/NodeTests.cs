using System.Collections.Frozen;
using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;
using Culvert.Tests.Fanout;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Nodes;

/// <summary>Lease, gate, live nodes and control log of two nodes, round by round.</summary>
public sealed class NodeTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNodeStore _store;

    public NodeTests()
    {
        _store = new MemoryNodeStore(_time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_gate_opens_with_a_lease_and_the_end_of_the_control_log()
    {
        var node = NewNode("a");

        await node.Lease.RoundAsync(Cancel);
        Assert.False(node.Gate.IsOpen);
        await node.Control.RoundAsync(Cancel);

        Assert.True(node.Gate.IsOpen);
        Assert.Equal([1L], node.Joins);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_gate_closes_when_either_was_not_renewed_for_the_length_of_a_lease(bool renewsLease)
    {
        var node = NewNode("a");
        await BothAsync(node);

        for (var second = 0; second < 6; second++)
        {
            Assert.True(node.Gate.IsOpen);
            _time.Advance(TimeSpan.FromMilliseconds(1_001));
            await (renewsLease ? node.Lease.RoundAsync(Cancel) : node.Control.RoundAsync(Cancel));
        }

        Assert.False(node.Gate.IsOpen);
        await BothAsync(node);
        Assert.True(node.Gate.IsOpen);
        Assert.Equal([1L], node.Joins);
    }

    [Fact]
    public async Task A_node_that_was_paused_closes_by_its_own_clock_and_comes_back_as_another()
    {
        var paused = NewNode("paused");
        var other = NewNode("other");
        await BothAsync(paused);
        await BothAsync(other);
        await other.Live.RoundAsync(Cancel);

        _time.Advance(TimeSpan.FromSeconds(5));
        await BothAsync(other);
        _time.Advance(TimeSpan.FromSeconds(10));

        // Nothing of it has run, and it is closed.
        Assert.False(paused.Gate.IsOpen);
        await BothAsync(other);
        await other.Live.RoundAsync(Cancel);
        Assert.Equal(["other"], other.Live.Nodes.Select(node => node.Name));
        Assert.True(other.Live.IsLeader);

        Assert.False(await paused.Live.RoundAsync(Cancel));
        await paused.Lease.RoundAsync(Cancel);
        Assert.False(paused.Gate.IsOpen);
        await paused.Control.RoundAsync(Cancel);

        Assert.True(paused.Gate.IsOpen);
        Assert.Equal([1L, 3L], paused.Joins);
        await other.Live.RoundAsync(Cancel);
        Assert.Equal([2L, 3L], other.Live.Nodes.Select(node => node.Incarnation));
    }

    [Fact]
    public void The_time_of_a_renewal_counts_from_its_beginning()
    {
        var gate = new NodeGate(_time, TimeSpan.FromSeconds(6));
        var began = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(5));
        gate.Renewed(began);
        gate.SawControl(began);
        gate.Joined();

        Assert.True(gate.IsOpen);
        _time.Advance(TimeSpan.FromMilliseconds(1_001));
        Assert.False(gate.IsOpen);
    }

    [Fact]
    public async Task What_did_not_work_at_joining_is_done_again_before_the_gate_opens()
    {
        var node = NewNode("a");
        var joining = node.Lease.Joining;
        node.Lease.Joining = (_, _) => throw new StoreException("away", full: false, inner: null);
        await node.Control.RoundAsync(Cancel);

        await Assert.ThrowsAsync<StoreException>(() => node.Lease.RoundAsync(Cancel));
        Assert.False(node.Gate.IsOpen);
        node.Lease.Joining = joining;
        await node.Lease.RoundAsync(Cancel);

        Assert.True(node.Gate.IsOpen);
        Assert.Equal([1L], node.Joins);
    }

    [Fact]
    public async Task A_lease_given_back_is_gone_for_the_others_at_once()
    {
        var one = NewNode("one");
        var two = NewNode("two");
        await BothAsync(one);
        await BothAsync(two);

        await one.Lease.RetireAsync(Cancel);
        await two.Live.RoundAsync(Cancel);

        Assert.False(one.Gate.IsOpen);
        Assert.Equal(["two"], two.Live.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task What_one_node_revoked_acts_on_the_others_once()
    {
        var one = NewNode("one");
        var two = NewNode("two");
        await BothAsync(one);
        await BothAsync(two);
        var revocation = Revocation.OfSessions(5, 7, RevocationReason.PasswordChanged);

        await one.RevokeAsync(revocation);
        await one.Control.RoundAsync(Cancel);
        await two.Control.RoundAsync(Cancel);
        await two.Control.RoundAsync(Cancel);

        Assert.Equal([revocation], one.Acted);
        Assert.Equal([revocation], two.Acted);
    }

    [Fact]
    public async Task A_node_that_starts_does_not_act_on_what_was_before_it()
    {
        var one = NewNode("one");
        await BothAsync(one);
        await one.RevokeAsync(Revocation.OfUser(5, RevocationReason.UserDisabled));

        var two = NewNode("two");
        await BothAsync(two);

        Assert.Empty(two.Acted);
    }

    [Fact]
    public async Task An_entry_of_its_own_is_acted_on_when_nobody_knows_that_it_was_committed()
    {
        var one = NewNode("one");
        await BothAsync(one);
        var revocation = Revocation.OfUser(5, RevocationReason.UserDisabled);

        await _store.AppendControlAsync(ControlOutbox.BodyOf(new AccountNews { Revoked = revocation }));
        await one.Control.RoundAsync(Cancel);

        Assert.Equal([revocation], one.Acted);
    }

    [Fact]
    public async Task A_secret_that_was_replaced_on_one_node_is_forgotten_on_the_others()
    {
        var one = NewNode("one");
        var two = NewNode("two");
        await BothAsync(one);
        await BothAsync(two);

        await one.TellAsync(new AccountNews { Replaced = CredentialHash.Of("old") });
        await one.Control.RoundAsync(Cancel);
        await two.Control.RoundAsync(Cancel);

        Assert.Empty(one.Replaced);
        Assert.Equal([CredentialHash.Of("old")], two.Replaced);
    }

    [Fact]
    public async Task A_node_that_missed_entries_ends_everything()
    {
        var one = NewNode("one");
        var two = NewNode("two");
        await BothAsync(one);
        await BothAsync(two);
        await one.RevokeAsync(Revocation.OfUser(5, RevocationReason.UserDisabled));
        await one.RevokeAsync(Revocation.OfUser(6, RevocationReason.UserDisabled));

        _store.ForgetControl(1);
        await two.Control.RoundAsync(Cancel);

        Assert.Equal(
            [Revocation.OfEverybody(), Revocation.OfUser(6, RevocationReason.UserDisabled)], two.Acted);
    }

    [Fact]
    public async Task An_entry_of_a_newer_node_is_passed_over()
    {
        var node = NewNode("a");
        await BothAsync(node);
        await _store.AppendControlAsync("{\"by\":\"x\",\"new_thing\":{\"a\":[1]}}"u8.ToArray());
        await _store.AppendControlAsync("no json"u8.ToArray());

        await node.Control.RoundAsync(Cancel);

        Assert.Empty(node.Acted);
        Assert.Equal(2, node.Control.LastId);
    }

    [Fact]
    public async Task A_changed_profile_is_told_by_the_other_nodes_too()
    {
        var one = NewNode("one");
        var two = NewNode("two");
        await BothAsync(one);
        await BothAsync(two);

        await one.TellAsync(new AccountNews { Profile = 5 });
        await one.Control.RoundAsync(Cancel);
        await two.Control.RoundAsync(Cancel);

        Assert.Empty(one.Profiles);
        Assert.Equal([5L], two.Profiles);
    }

    [Fact]
    public async Task A_ticket_of_one_node_is_good_on_another_once()
    {
        var one = NewNode("one");
        var two = NewNode("two");
        await BothAsync(one);
        await BothAsync(two);
        var caller = NewCaller(5) with { Rooms = FrozenSet.Create("lobby"), ByCookie = true };

        var ticket = await one.Tickets.IssueAsync(caller, null, Cancel);
        var redeemed = (await two.Tickets.RedeemAsync(ticket!.Value.Secret, Cancel))?.Caller; // Few were issued.

        Assert.NotNull(redeemed);
        Assert.Equal((5, "user5", 2L * 5 << 30), (redeemed.UserId, redeemed.Name, redeemed.CredentialId));
        Assert.Equal(["lobby"], redeemed.Rooms!); // Given above.
        Assert.False(redeemed.ByCookie);
        Assert.Null(await one.Tickets.RedeemAsync(ticket.Value.Secret, Cancel));
    }

    [Fact]
    public async Task A_ticket_dies_with_its_credential_wherever_that_ended()
    {
        var one = NewNode("one");
        var two = NewNode("two");
        await BothAsync(one);
        await BothAsync(two);
        var gone = await one.Tickets.IssueAsync(NewCaller(5), null, Cancel);
        var kept = await one.Tickets.IssueAsync(NewCaller(6), null, Cancel);

        await two.RevokeAsync(Revocation.OfUser(5, RevocationReason.UserDisabled));

        Assert.Null(await one.Tickets.RedeemAsync(gone!.Value.Secret, Cancel)); // Few were issued.
        Assert.NotNull(await one.Tickets.RedeemAsync(kept!.Value.Secret, Cancel));
    }

    private static async Task BothAsync(TestNode node)
    {
        await node.Control.RoundAsync(Cancel);
        await node.Lease.RoundAsync(Cancel);
        await node.Control.RoundAsync(Cancel);
    }

    private static Caller NewCaller(long id) => new()
    {
        UserId = id,
        Name = $"user{id}",
        ServerRole = RoomRole.Member,
        CredentialId = 2L * id << 30,
    };

    private TestNode NewNode(string name) => new(name, _store, _time);

    private sealed class TestNode
    {
        private readonly MemoryNodeStore _store;
        private readonly ControlOutbox _outbox = new();

        public TestNode(string name, MemoryNodeStore store, TimeProvider time)
        {
            _store = store;
            Gate = new NodeGate(time, NodeLease.Length);
            Lease = new NodeLease(
                name, store, Gate, time, new NodeMetrics(TestMetrics.NewMeter()), NullLogger<NodeLease>.Instance)
            {
                Joining = (incarnation, _) =>
                {
                    Joins.Add(incarnation);
                    return Task.CompletedTask;
                },
            };
            Live = new LiveNodes(store, Lease);
            Control = new ControlLog(store, Gate, time, Revocations, _outbox, NullLogger<ControlLog>.Instance)
            {
                Replaced = Replaced.Add,
            };
            Control.ProfileChanged = (user, _) =>
            {
                Profiles.Add(user);
                return Task.CompletedTask;
            };
            Tickets = new SharedTickets(store, Control, new AccountOptions(), time);
            Revocations.Subscribe(Acted.Add);
        }

        public NodeGate Gate { get; }

        public NodeLease Lease { get; }

        public LiveNodes Live { get; }

        public ControlLog Control { get; }

        public SharedTickets Tickets { get; }

        public Revocations Revocations { get; } = new();

        public List<long> Joins { get; } = [];

        public List<long> Profiles { get; } = [];

        public List<Revocation> Acted { get; } = [];

        public List<CredentialHash> Replaced { get; } = [];

        public async Task RevokeAsync(Revocation revocation)
        {
            Revocations.Act(revocation);
            await TellAsync(new AccountNews { Revoked = revocation });
        }

        /// <summary>As the account store does.</summary>
        public async Task TellAsync(AccountNews news) =>
            _outbox.Committed(await _store.AppendControlAsync(ControlOutbox.BodyOf(news)));
    }
}
