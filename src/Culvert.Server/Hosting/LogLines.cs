using System.Collections.Concurrent;
using System.Globalization;

namespace Culvert.Server.Hosting;

/// <summary>Writes log lines from a thread of its own: a terminal that stands still must not stop the server.</summary>
/// <remarks>Safe for concurrent use. When the queue is full lines are dropped, and a line says how many.</remarks>
internal sealed class LogLines : IDisposable
{
    private const int MaxQueued = 4096;
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<string> _queue = new(MaxQueued);

    // Writes a line, or, given null, flushes. The writer stays its owner's.
    private readonly Action<string?> _write;
    private readonly Thread _thread;
    private int _dropped;

    public LogLines(TextWriter writer)
    {
        _write = line =>
        {
            if (line is null)
            {
                writer.Flush();
            }
            else
            {
                writer.WriteLine(line);
            }
        };
        _thread = new Thread(WriteUntilDisposed) { IsBackground = true, Name = "culvert log" };
        _thread.Start();
    }

    public void Add(string line)
    {
        try
        {
            if (!_queue.TryAdd(line))
            {
                Interlocked.Increment(ref _dropped);
            }
        }
        catch (InvalidOperationException)
        {
            // Disposed: whoever still logs while the process ends is not heard any more.
        }
    }

    /// <summary>Writes what is queued, for a second at most.</summary>
    public void Dispose()
    {
        _queue.CompleteAdding();
        if (_thread.Join(DisposeLimit))
        {
            _queue.Dispose();
        }
    }

    private void WriteUntilDisposed()
    {
        try
        {
            foreach (var line in _queue.GetConsumingEnumerable())
            {
                _write(line);
                var dropped = Interlocked.Exchange(ref _dropped, 0);
                if (dropped > 0)
                {
                    _write(string.Create(CultureInfo.InvariantCulture, $"({dropped} log lines were dropped)"));
                }

                if (_queue.Count == 0)
                {
                    _write(null);
                }
            }
        }
        catch (IOException)
        {
            // Nobody reads standard error any more. The server goes on without.
        }
        catch (ObjectDisposedException)
        {
            // The same, seen from a test's writer.
        }
    }
}
