using Culvert.Client.Tunnels;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>The changes of a session, and a wait for the next one of interest.</summary>
internal sealed class StateLog
{
    private readonly Lock _lock = new();
    private readonly List<TunnelStateChange> _changes = [];
    private readonly List<(Func<TunnelStateChange, bool> Matches, TaskCompletionSource<TunnelStateChange> Found)>
        _waiters = [];

    public void Add(TunnelStateChange change)
    {
        lock (_lock)
        {
            _changes.Add(change);
            foreach (var (matches, found) in _waiters)
            {
                if (matches(change))
                {
                    found.TrySetResult(change);
                }
            }
        }
    }

    /// <summary>The first from now on.</summary>
    public Task<TunnelStateChange> NextAsync(Func<TunnelStateChange, bool> matches)
    {
        var found = new TaskCompletionSource<TunnelStateChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiters.Add((matches, found));
        }

        return found.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
