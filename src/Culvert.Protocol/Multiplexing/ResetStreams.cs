namespace Culvert.Protocol.Multiplexing;

/// <summary>
/// Streams that ended by a reset, with the credit that the peer had: what it sent before it knew is still on the way,
/// and is no violation.
/// </summary>
internal sealed class ResetStreams(int limit)
{
    private readonly Dictionary<uint, long> _credit = [];
    private readonly Queue<uint> _order = [];

    public void Add(uint id, long credit)
    {
        if (!_credit.TryAdd(id, credit))
        {
            return;
        }

        _order.Enqueue(id);
        if (_order.Count > limit)
        {
            _credit.Remove(_order.Dequeue());
        }
    }

    /// <summary>Takes data that came late.</summary>
    public MuxViolation Take(uint id, uint bytes)
    {
        if (!_credit.TryGetValue(id, out var credit))
        {
            return MuxViolation.UnknownStream;
        }

        _credit[id] = credit - bytes;
        return bytes > credit ? MuxViolation.CreditOverrun : MuxViolation.None;
    }
}
