namespace Culvert.Client;

/// <summary>A token that is cancelled when nothing was reported for a time, or when the caller's is.</summary>
/// <remarks>
/// One timer for the whole life, moved at every sign of life: no allocation for each read. Not thread-safe.
/// </remarks>
internal sealed class IdleDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;
    private readonly ITimer _timer;

    public IdleDeadline(TimeProvider time, TimeSpan limit, CancellationToken caller)
    {
        _caller = caller;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _timer = time.CreateTimer(
            // The state is the argument that follows.
            static state => ((CancellationTokenSource)state!).Cancel(), _source, limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Pass to the read.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>True when the limit ran out, and it was not the caller who gave up.</summary>
    public bool HasPassed => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>Starts the limit anew.</summary>
    public void Extend(TimeSpan limit) => _timer.Change(limit, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }
}
