using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>Makes one line of each event: UTC time, level, category with event id, message.</summary>
internal sealed class LineLogger : ILogger
{
    private const string OwnPrefix = "Culvert.Server.";

    private readonly string _category;
    private readonly LogLines _lines;
    private readonly TimeProvider _time;
    private readonly LogLevel _minimum;

    public LineLogger(string category, LogLines lines, TimeProvider time, LogLevel minimum)
    {
        _category = category.StartsWith(OwnPrefix, StringComparison.Ordinal) ? category[OwnPrefix.Length..] : category;
        _lines = lines;
        _time = time;
        _minimum = minimum;
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _minimum && logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        var line = new StringBuilder(160)
            .Append(CultureInfo.InvariantCulture, $"{_time.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} ")
            .Append(Word(logLevel))
            .Append(CultureInfo.InvariantCulture, $" {_category}[{eventId.Id}] ");
        AppendPlain(line, formatter(state, exception));
        if (exception is not null)
        {
            // The trace only where somebody has to mend something.
            var text = logLevel >= LogLevel.Error
                ? exception.ToString()
                : $"{exception.GetType().Name}: {exception.Message}";
            AppendPlain(line.Append(" | "), text);
        }

        _lines.Add(line.ToString());
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    // What a peer sent must neither forge a line nor speak to the terminal.
    private static void AppendPlain(StringBuilder line, string text)
    {
        foreach (var c in text)
        {
            if (c == '\n')
            {
                line.Append(" | ");
            }
            else if (char.IsControl(c))
            {
                line.Append(' ');
            }
            else
            {
                line.Append(c);
            }
        }
    }
}
