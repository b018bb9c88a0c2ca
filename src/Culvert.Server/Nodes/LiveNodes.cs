namespace Culvert.Server.Nodes;

/// <summary>Which nodes are alive, as seen twice a second.</summary>
/// <remarks>Rounds come one after another; everything else is safe from any thread.</remarks>
internal sealed class LiveNodes(INodeStore store, NodeLease lease)
{
    /// <summary>
    /// Half a second: a lease of 6 s, this, and the second that presence is gathered in have to fit into 8 s.
    /// </summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private volatile IReadOnlyList<LiveNode> _nodes = [];

    /// <summary>All of them, this one as well, by incarnation.</summary>
    public IReadOnlyList<LiveNode> Nodes => _nodes;

    /// <summary>True on the node that has been alive longest: it does what one of them has to do.</summary>
    public bool IsLeader => _nodes is [var first, ..] && first.Incarnation == lease.Incarnation;

    /// <summary>Takes each list. Must not block nor throw; set before the first round.</summary>
    public Action<IReadOnlyList<LiveNode>>? Seen { get; set; }

    /// <summary>Looks again. False when this node is not among them, and has to see to its lease.</summary>
    /// <exception cref="Rooms.StoreException">The store does not say; what was known stays.</exception>
    public async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var own = lease.Incarnation;
        var nodes = await store.ListLiveAsync(cancellationToken);
        _nodes = nodes;
        Seen?.Invoke(nodes);
        return own == 0 || nodes.Any(node => node.Incarnation == own);
    }
}
