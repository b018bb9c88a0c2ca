using System.Collections.Concurrent;
using Culvert.Server.Files;
using Microsoft.Extensions.Logging;

namespace Culvert.Tests.Files;

/// <summary>Keeps the lines of an access log.</summary>
internal sealed class ListLogger : ILogger<AccessLog>
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Without that of the request that ended the connection.</summary>
    public IEnumerable<string> Lines => _lines.Where(l => !l.Contains("/stop", StringComparison.Ordinal));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));
}
