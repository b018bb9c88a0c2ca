namespace Culvert.Client.Messages;

/// <summary>
/// Calls handlers one after the other, in the order of what they are told: on a synchronization context, or on the
/// thread pool when there is none.
/// </summary>
internal sealed class StateNotices(SynchronizationContext? context)
{
    private readonly Lock _lock = new();
    private readonly Queue<(Action<StateChange> Handler, StateChange Change)> _waiting = [];
    private bool _isRunning;

    public void Add(Action<StateChange> handler, StateChange change)
    {
        lock (_lock)
        {
            _waiting.Enqueue((handler, change));
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        if (context is null)
        {
            ThreadPool.QueueUserWorkItem(_ => Run());
        }
        else
        {
            context.Post(_ => Run(), null);
        }
    }

    private void Run()
    {
        while (true)
        {
            Action<StateChange> handler;
            StateChange change;
            lock (_lock)
            {
                if (!_waiting.TryDequeue(out var next))
                {
                    _isRunning = false;
                    return;
                }

                (handler, change) = next;
            }

            handler(change);
        }
    }
}
