namespace Culvert.IntegrationTests.Processes;

/// <summary>Waits for a file to become empty, without asking again and again.</summary>
internal sealed class EmptyFileWatch : IDisposable
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FileSystemWatcher _watcher;

    public EmptyFileWatch(string directory, string pattern)
    {
        _watcher = new FileSystemWatcher(directory, pattern) { NotifyFilter = NotifyFilters.Size };
        _watcher.Changed += (_, change) => Look(change.FullPath);
        _watcher.EnableRaisingEvents = true;
    }

    public Task Happened => _happened.Task;

    public void Dispose() => _watcher.Dispose();

    private void Look(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 })
        {
            _happened.TrySetResult();
        }
    }
}
