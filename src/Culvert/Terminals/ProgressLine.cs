using System.Globalization;

namespace Culvert.Terminals;

/// <summary>
/// One line on standard error that is rewritten as work goes on. Only for a terminal; calls may overlap.
/// </summary>
internal sealed class ProgressLine(Terminal terminal) : IProgress<double>, IDisposable
{
    // Work that is over before anybody looked needs no progress; four times a second is as fast as eyes read.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private readonly long _started = terminal.Time.GetTimestamp();
    private long _shown;
    private bool _visible;

    /// <summary>Shows a share of the whole, 0 to 1.</summary>
    public void Report(double value) => Show(string.Create(CultureInfo.InvariantCulture, $"{value:P0}"));

    /// <summary>Shows a text in place of the last one, unless that is too fresh.</summary>
    public void Show(string text)
    {
        lock (_lock)
        {
            var now = terminal.Time.GetTimestamp();
            var since = terminal.Time.GetElapsedTime(_visible ? _shown : _started, now);
            if (since < (_visible ? Between : FirstAfter))
            {
                return;
            }

            _shown = now;
            _visible = true;
            // Back to the first column, and clear what the last text left.
            terminal.Error.Write($"\r{text}\e[K");
            terminal.Error.Flush();
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_visible)
            {
                terminal.Error.Write("\r\e[K");
                _visible = false;
            }
        }
    }

    public void Dispose() => Clear();
}
