namespace Culvert.Server.Files;

/// <summary>Tells the pages that are open in browsers that a file changed. Safe for concurrent use.</summary>
internal sealed class Reloads : IDisposable
{
    /// <summary>Pages open at once; a developer has a few.</summary>
    public const int MaxSubscribers = 64;

    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _next = NewSignal();
    private int _subscribers;

    public Reloads() => Stopping = _stop.Token;

    /// <summary>Completes at the next change.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Cancelled when the site ends.</summary>
    public CancellationToken Stopping { get; }

    public void Publish() => Interlocked.Exchange(ref _next, NewSignal()).TrySetResult();

    /// <summary>False when there are enough.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _subscribers) <= MaxSubscribers)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _subscribers);

    /// <summary>Ends all subscriptions.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
