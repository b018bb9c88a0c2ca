using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

/// <summary>
/// Hears from the system what changes under the root. An aid only: where nothing is heard, in a container or on a
/// network drive, the sweep still finds every change within a second.
/// </summary>
internal sealed partial class SiteWatcher : IAsyncDisposable
{
    private readonly string _root;
    private readonly ILogger _logger;
    private readonly Action<string?> _changed;
    private readonly Action _lost;
    private readonly FileSystemWatcher _watcher;
    private readonly Task _start;

    /// <param name="root">The directory.</param>
    /// <param name="logger">Where trouble goes.</param>
    /// <param name="changed">
    /// Called, on threads of the system's, with the path of a file whose content changed, or with null when names did.
    /// </param>
    /// <param name="lost">Called when nobody can say what changed.</param>
    public SiteWatcher(string root, ILogger logger, Action<string?> changed, Action lost)
    {
        _root = root;
        _logger = logger;
        _changed = changed;
        _lost = lost;
        _watcher = new FileSystemWatcher(root)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite
                | NotifyFilters.Size | NotifyFilters.Attributes,
        };
        _watcher.Changed += (_, e) => _changed(e.Name?.Replace('\\', '/'));
        _watcher.Created += (_, _) => _changed(null);
        _watcher.Deleted += (_, _) => _changed(null);
        _watcher.Renamed += (_, _) => _changed(null);
        _watcher.Error += (_, e) => OnError(e.GetException());
        // A large tree takes seconds to watch; the start does not wait for that.
        _start = Task.Run(Start);
    }

    /// <summary>Completes when changes are heard, or it is known that none will be.</summary>
    public Task Started => _start;

    public async ValueTask DisposeAsync()
    {
        await _start;
        _watcher.Dispose();
    }

    private void Start()
    {
        try
        {
            _watcher.EnableRaisingEvents = true;
        }
        catch (Exception e)
        {
            // The limits of inotify, most of all.
            Log.NotWatched(_logger, _root, e);
        }
    }

    private void OnError(Exception exception)
    {
        _lost();
        Log.Lost(_logger, _root, exception);
    }
}
