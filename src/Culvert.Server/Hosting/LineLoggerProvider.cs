using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>Logs to a text writer, one line an event, without colours.</summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    private readonly LogLines _lines;
    private readonly TimeProvider _time;
    private readonly bool _verbose;

    public LineLoggerProvider(TextWriter writer, TimeProvider time, bool verbose)
    {
        _lines = new LogLines(writer);
        _time = time;
        _verbose = verbose;
    }

    public ILogger CreateLogger(string categoryName)
    {
        // The framework logs each request at Information; that is this server's Debug.
        var isOwn = categoryName.StartsWith("Culvert", StringComparison.Ordinal);
        var minimum = (isOwn, _verbose) switch
        {
            (true, true) => LogLevel.Debug,
            (true, false) or (false, true) => LogLevel.Information,
            (false, false) => LogLevel.Warning,
        };
        return new LineLogger(categoryName, _lines, _time, minimum);
    }

    public void Dispose() => _lines.Dispose();
}
