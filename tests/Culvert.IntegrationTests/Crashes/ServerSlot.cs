using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Crashes;

/// <summary>The server of the moment. Publishers wait here while there is none. Thread-safe.</summary>
internal sealed class ServerSlot
{
    private readonly Lock _lock = new();
    private TaskCompletionSource<(CulvertProcess Server, int Number)> _up = New();
    private int _number;

    /// <summary>Sends counted by all publishers, over all servers.</summary>
    public long Sends;

    private TaskCompletionSource? _sendsReached;
    private long _sendsAwaited;

    /// <summary>A server later than that number, which may still have to start.</summary>
    public async Task<(CulvertProcess Server, int Number)> AfterAsync(int number)
    {
        while (true)
        {
            Task<(CulvertProcess Server, int Number)> up;
            lock (_lock)
            {
                // The one that just failed may not have been taken out yet.
                if (_up.Task.IsCompleted && _number <= number)
                {
                    _up = New();
                }

                up = _up.Task;
            }

            var current = await up;
            if (current.Number > number)
            {
                return current;
            }
        }
    }

    public void Up(CulvertProcess server)
    {
        lock (_lock)
        {
            if (_up.Task.IsCompleted)
            {
                _up = New();
            }

            _up.SetResult((server, ++_number));
        }
    }

    public void Down()
    {
        lock (_lock)
        {
            if (_up.Task.IsCompleted)
            {
                _up = New();
            }
        }
    }

    /// <summary>Called by a publisher before each send.</summary>
    public void Sending()
    {
        if (Interlocked.Increment(ref Sends) >= Volatile.Read(ref _sendsAwaited))
        {
            Volatile.Read(ref _sendsReached)?.TrySetResult();
        }
    }

    /// <summary>Ends when so many more sends have begun.</summary>
    public Task AfterSendsAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _sendsAwaited, Volatile.Read(ref Sends) + count);
        Volatile.Write(ref _sendsReached, reached);
        return reached.Task;
    }

    private static TaskCompletionSource<(CulvertProcess Server, int Number)> New() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
