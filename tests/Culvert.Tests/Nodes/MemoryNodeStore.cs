using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Nodes;

/// <summary>What nodes share, in memory, with the clock of the test. Safe for concurrent use.</summary>
internal sealed class MemoryNodeStore(TimeProvider time) : INodeStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Node> _nodes = [];
    private readonly List<ControlEntry> _control = [];
    private readonly Dictionary<CredentialHash, (SharedTicket Ticket, DateTimeOffset EndsAt)> _tickets = [];
    private readonly SortedDictionary<string, string> _formKeys = [];
    private long _lastIncarnation;
    private long _lastControl;

    /// <summary>True to let every call fail.</summary>
    public bool IsAway { get; set; }

    public ValueTask<long> TakeLeaseAsync(string name, TimeSpan length, CancellationToken cancellationToken) => Do(() =>
    {
        foreach (var (old, _) in _nodes.Where(node => node.Value.Name == name).ToList())
        {
            _nodes.Remove(old);
        }

        _nodes[++_lastIncarnation] = new Node(name) { EndsAt = time.GetUtcNow() + length };
        return _lastIncarnation;
    });

    public ValueTask<bool> RenewLeaseAsync(long incarnation, TimeSpan length, CancellationToken cancellationToken) =>
        Do(() =>
        {
            if (!_nodes.TryGetValue(incarnation, out var node))
            {
                return false;
            }

            node.EndsAt = time.GetUtcNow() + length;
            return true;
        });

    public async ValueTask RetireAsync(long incarnation, CancellationToken cancellationToken) =>
        await Do(() => _nodes.Remove(incarnation));

    public ValueTask<IReadOnlyList<LiveNode>> ListLiveAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<LiveNode>>(() =>
        {
            foreach (var (ended, _) in _nodes.Where(node => node.Value.EndsAt <= time.GetUtcNow()).ToList())
            {
                _nodes.Remove(ended);
            }

            return [.. _nodes.Select(node => new LiveNode(node.Key, node.Value.Name))];
        });

    public ValueTask<bool> WritePresenceAsync(
        long incarnation, long version, IReadOnlyList<PresenceChange> changes, CancellationToken cancellationToken) =>
        Do(() =>
        {
            if (!_nodes.TryGetValue(incarnation, out var node))
            {
                return false;
            }

            node.Version = version;
            foreach (var change in changes)
            {
                node.Here.Remove((change.RoomId, change.UserId));
                if (change.IsHere)
                {
                    node.Here[(change.RoomId, change.UserId)] = change;
                }
            }

            return true;
        });

    public ValueTask<NodePresence> ReadPresenceAsync(long incarnation, CancellationToken cancellationToken) =>
        Do(() => _nodes.TryGetValue(incarnation, out var node)
            ? new NodePresence(node.Version, [.. node.Here.Values])
            : new NodePresence(0, []));

    public ValueTask<long> AppendControlAsync(ReadOnlyMemory<byte> body) => Do(() =>
    {
        _control.Add(new ControlEntry(++_lastControl, body));
        return _lastControl;
    });

    public ValueTask<IReadOnlyList<ControlEntry>> ReadControlAsync(
        long afterId, int limit, CancellationToken cancellationToken) => Do<IReadOnlyList<ControlEntry>>(
            () => [.. _control.Where(entry => entry.Id > afterId).Take(limit)]);

    public ValueTask<long> LastControlAsync(CancellationToken cancellationToken) => Do(() => _lastControl);

    /// <summary>Forgets entries, as the store does after an hour.</summary>
    public void ForgetControl(int count) => _control.RemoveRange(0, count);

    public ValueTask<bool> AddTicketAsync(
        CredentialHash hash, SharedTicket ticket, TicketLimits limits, CancellationToken cancellationToken) => Do(() =>
    {
        var valid = _tickets.Values.Where(one => one.EndsAt > time.GetUtcNow()).ToList();
        return valid.Count < limits.Overall
            && valid.Count(one => one.Ticket.UserId == ticket.UserId) < limits.PerUser
            && _tickets.TryAdd(hash, (ticket, time.GetUtcNow() + limits.Lifetime));
    });

    public ValueTask<SharedTicket?> TakeTicketAsync(
        CredentialHash hash, CancellationToken cancellationToken) => Do(() =>
        _tickets.Remove(hash, out var found) && found.EndsAt > time.GetUtcNow() ? found.Ticket : null);

    public IReadOnlyList<string> ReadFormKeys() => [.. _formKeys.Values];

    public void WriteFormKey(string name, string xml) => _formKeys[name] = xml;

    private ValueTask<T> Do<T>(Func<T> action)
    {
        lock (_lock)
        {
            return IsAway
                ? ValueTask.FromException<T>(new StoreException("The store is away.", full: false, inner: null))
                : ValueTask.FromResult(action());
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
