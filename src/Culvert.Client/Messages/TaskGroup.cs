namespace Culvert.Client.Messages;

/// <summary>
/// Tasks that somebody must await in the end, and that are forgotten once they have ended. Thread-safe.
/// </summary>
internal sealed class TaskGroup
{
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _tasks = [];

    public void Add(Task task)
    {
        lock (_lock)
        {
            _tasks.Add(task);
        }

        task.ContinueWith(
            ended =>
            {
                lock (_lock)
                {
                    _tasks.Remove(ended);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Completes when all have, however they ended.</summary>
    public Task EndAsync()
    {
        Task[] tasks;
        lock (_lock)
        {
            tasks = [.. _tasks];
        }

        return Task.WhenAll(tasks);
    }
}
