namespace Culvert.IntegrationTests.Processes;

/// <summary>The lines a program printed, and a wait for the next one of interest. Thread-safe.</summary>
internal sealed class LineLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> _waiters = [];
    private bool _ended;

    /// <summary>A copy of the lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The first line that matches, printed already or yet to come; fails at the end of the program.</summary>
    public Task<string> FirstAsync(Func<string, bool> matches)
    {
        lock (_lock)
        {
            if (_lines.Find(line => matches(line)) is { } found)
            {
                return Task.FromResult(found);
            }

            var waiter = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_ended)
            {
                waiter.SetException(NotFound());
            }
            else
            {
                _waiters.Add((matches, waiter));
            }

            return waiter.Task;
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    public async Task CopyAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            Add(line);
        }

        lock (_lock)
        {
            _ended = true;
            _waiters.ForEach(waiter => waiter.Found.TrySetException(NotFound()));
            _waiters.Clear();
        }
    }

    public override string ToString() => string.Join('\n', Lines.TakeLast(60));

    private void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Matches(line))
                {
                    _waiters[i].Found.TrySetResult(line);
                    _waiters.RemoveAt(i);
                }
            }
        }
    }

    private InvalidOperationException NotFound() =>
        new($"The program ended without the line that was waited for:\n{string.Join('\n', _lines.TakeLast(40))}");
}
