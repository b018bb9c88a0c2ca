namespace Culvert.Server.Fanout;

/// <summary>What was heard of each sender: notices when something is missing. For one thread.</summary>
internal sealed class Senders(long own)
{
    // Far more than a cluster has nodes, and each start of a node is one.
    private const int MaxSenders = 1_000;

    private readonly Dictionary<long, long> _next = [];

    public bool IsOwn(BusFrame frame) => frame.Sender == own;

    /// <summary>True when nothing is missing before the frame.</summary>
    public bool Follows(BusFrame frame)
    {
        var isKnown = _next.TryGetValue(frame.Sender, out var expected);
        if (!isKnown && _next.Count == MaxSenders)
        {
            _next.Clear();
        }

        _next[frame.Sender] = frame.First + frame.Count;
        return frame.First == (isKnown ? expected : 1);
    }
}
