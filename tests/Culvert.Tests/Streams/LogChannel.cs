using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Culvert.Tests.Streams;

/// <summary>What the streams logged, line by line: event id, a space, the text.</summary>
internal sealed class LogChannel : ILoggerProvider, ILogger
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>How many lines nobody has taken.</summary>
    public int Count => _lines.Reader.Count;

    public async Task<string> NextAsync() => await _lines.Reader
        .ReadAsync(TestContext.Current.CancellationToken).AsTask()
        .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id is >= 7000 and < 8000)
        {
            _lines.Writer.TryWrite($"{eventId.Id} {formatter(state, exception)}");
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
