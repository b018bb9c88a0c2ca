namespace Culvert.Server.Fanout;

/// <summary>
/// How long to wait before the next try: anything up to a limit that doubles, so that not all come at once.
/// </summary>
/// <remarks>For one thread.</remarks>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // A connection that ends sooner is no success.
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(2);

    private TimeSpan _limit = First;
    private long? _connectedAt;

    public void Connected() => _connectedAt = time.GetTimestamp();

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_connectedAt is { } at && time.GetElapsedTime(at) >= Lasting)
        {
            _limit = First;
        }

        _connectedAt = null;
        var wait = _limit * Random.Shared.NextDouble();
        _limit = _limit * 2 < Longest ? _limit * 2 : Longest;
        return Task.Delay(wait, time, cancellationToken);
    }
}
