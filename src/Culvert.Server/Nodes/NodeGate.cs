namespace Culvert.Server.Nodes;

/// <summary>
/// Says whether this node may change anything: it holds its lease, and it has seen what the others decided. Safe for
/// concurrent use; asking takes no lock.
/// </summary>
/// <remarks>
/// Judged by a clock of this process that nobody sets and that goes on while the process is paused, from the moment
/// before the store was asked: so it closes before the store gives the lease up.
/// </remarks>
internal sealed class NodeGate(TimeProvider time, TimeSpan length)
{
    private long _leaseSince = long.MinValue;
    private long _controlSince = long.MinValue;
    private volatile bool _hasJoined;

    public bool IsOpen => _hasJoined && HasLease && IsRecent(ref _controlSince);

    /// <summary>True while the lease is surely held.</summary>
    public bool HasLease => IsRecent(ref _leaseSince);

    /// <summary>The lease was granted or renewed by a call that began then.</summary>
    public void Renewed(long timestamp) => Volatile.Write(ref _leaseSince, timestamp);

    /// <summary>The control log was read to its end by a call that began then.</summary>
    public void SawControl(long timestamp) => Volatile.Write(ref _controlSince, timestamp);

    /// <summary>The node knows what happened without it.</summary>
    public void Joined() => _hasJoined = true;

    /// <summary>The lease is gone: nothing goes before the node has joined again.</summary>
    public void Close()
    {
        _hasJoined = false;
        Volatile.Write(ref _leaseSince, long.MinValue);
        Volatile.Write(ref _controlSince, long.MinValue);
    }

    private bool IsRecent(ref long since)
    {
        var timestamp = Volatile.Read(ref since);
        return timestamp != long.MinValue && time.GetElapsedTime(timestamp) < length;
    }
}
