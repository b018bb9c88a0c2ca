using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>What nodes share, in memory, with the failures that the simulation asks for.</summary>
/// <param name="time">The clock of the store.</param>
/// <param name="fault">What becomes of the next write; reads fail with anything but none.</param>
internal sealed class SimulatedNodeStore(TimeProvider time, Func<CommitFault> fault) : INodeStore
{
    private readonly SortedDictionary<long, Node> _nodes = [];
    private long _last;

    public ValueTask<long> TakeLeaseAsync(string name, TimeSpan length, CancellationToken cancellationToken)
    {
        ThrowIf(fault() != CommitFault.None);
        foreach (var old in _nodes.Where(node => node.Value.Name == name).Select(static node => node.Key).ToList())
        {
            _nodes.Remove(old);
        }

        _nodes[++_last] = new Node(name) { EndsAt = time.GetUtcNow() + length };
        return ValueTask.FromResult(_last);
    }

    public ValueTask<bool> RenewLeaseAsync(long incarnation, TimeSpan length, CancellationToken cancellationToken)
    {
        ThrowIf(fault() != CommitFault.None);
        Retire();
        if (!_nodes.TryGetValue(incarnation, out var node))
        {
            return ValueTask.FromResult(false);
        }

        node.EndsAt = time.GetUtcNow() + length;
        return ValueTask.FromResult(true);
    }

    public ValueTask RetireAsync(long incarnation, CancellationToken cancellationToken)
    {
        _nodes.Remove(incarnation);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<LiveNode>> ListLiveAsync(CancellationToken cancellationToken)
    {
        ThrowIf(fault() != CommitFault.None);
        Retire();
        return ValueTask.FromResult<IReadOnlyList<LiveNode>>(
            [.. _nodes.Select(static node => new LiveNode(node.Key, node.Value.Name))]);
    }

    public ValueTask<bool> WritePresenceAsync(
        long incarnation, long version, IReadOnlyList<PresenceChange> changes, CancellationToken cancellationToken)
    {
        var outcome = fault();
        ThrowIf(outcome is CommitFault.Failed or CommitFault.Full);
        if (!_nodes.TryGetValue(incarnation, out var node))
        {
            return ValueTask.FromResult(false);
        }

        Assert.True(version > node.Version, "Versions of presence go up.");
        node.Version = version;
        foreach (var change in changes)
        {
            if (change.IsHere)
            {
                node.Here[(change.RoomId, change.UserId)] = change;
            }
            else
            {
                node.Here.Remove((change.RoomId, change.UserId));
            }
        }

        ThrowIf(outcome == CommitFault.Unknown);
        return ValueTask.FromResult(true);
    }

    public ValueTask<NodePresence> ReadPresenceAsync(long incarnation, CancellationToken cancellationToken)
    {
        ThrowIf(fault() != CommitFault.None);
        return ValueTask.FromResult(_nodes.TryGetValue(incarnation, out var node)
            ? new NodePresence(node.Version, [.. node.Here.Values])
            : new NodePresence(0, []));
    }

    public ValueTask<IReadOnlyList<ControlEntry>> ReadControlAsync(
        long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<long> LastControlAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<bool> AddTicketAsync(
        CredentialHash hash, SharedTicket ticket, TicketLimits limits, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<SharedTicket?> TakeTicketAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IReadOnlyList<string> ReadFormKeys() => throw new NotSupportedException();

    public void WriteFormKey(string name, string xml) => throw new NotSupportedException();

    private static void ThrowIf(bool fails)
    {
        if (fails)
        {
            throw new StoreException("An injected failure.", full: false, inner: null);
        }
    }

    private void Retire()
    {
        foreach (var (incarnation, _) in _nodes.Where(node => node.Value.EndsAt <= time.GetUtcNow()).ToList())
        {
            _nodes.Remove(incarnation);
        }
    }

    private sealed class Node(string name)
    {
        public string Name { get; } = name;

        public DateTimeOffset EndsAt { get; set; }

        public long Version { get; set; }

        public Dictionary<(long RoomId, long UserId), PresenceChange> Here { get; } = [];
    }
}
