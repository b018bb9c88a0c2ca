using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>Logs to a text writer, one line an event, without colours.</summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    // Logs with a trace what is thrown at the start as well, and that is told in one line where it is caught.
    private const string HostCategory = "Microsoft.Extensions.Hosting.Internal.Host";

    private readonly LogLines _lines;
    private readonly TimeProvider _time;
    private readonly bool _verbose;

    public LineLoggerProvider(TextWriter writer, TimeProvider time, bool verbose)
    {
        _lines = new LogLines(writer);
        _time = time;
        _verbose = verbose;
    }

    public ILogger CreateLogger(string categoryName) =>
        new LineLogger(categoryName, _lines, _time, MinimumOf(categoryName));

    public void Dispose() => _lines.Dispose();

    private LogLevel MinimumOf(string categoryName)
    {
        if (categoryName == HostCategory)
        {
            return LogLevel.Critical;
        }

        // The framework logs each request at Information; that is this server's Debug.
        var isOwn = categoryName.StartsWith("Culvert", StringComparison.Ordinal);
        return (isOwn, _verbose) switch
        {
            (true, true) => LogLevel.Debug,
            (true, false) or (false, true) => LogLevel.Information,
            (false, false) => LogLevel.Warning,
        };
    }
}
