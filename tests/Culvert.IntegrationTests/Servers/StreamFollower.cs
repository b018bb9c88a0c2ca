using System.Text;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Servers;

/// <summary>Reads the lines of an open NDJSON or SSE response. One reader at a time.</summary>
internal sealed class StreamFollower(HttpResponseMessage response, Stream body) : IAsyncDisposable
{
    private readonly StreamReader _reader = new(body, new UTF8Encoding(false, throwOnInvalidBytes: true));

    /// <summary>The next line; null at a clean end. A broken end throws.</summary>
    public async Task<string?> NextAsync(double seconds) =>
        await _reader.ReadLineAsync(Bounded.Cancelled).Within(seconds);

    /// <summary>The next line that matches; fails at the end of the stream.</summary>
    public async Task<string> FirstAsync(Func<string, bool> matches, double seconds = 20)
    {
        while (await NextAsync(seconds) is { } line)
        {
            if (matches(line))
            {
                return line;
            }
        }

        throw new InvalidOperationException("the stream ended before the line that was waited for");
    }

    /// <summary>Reads on until the server ends the stream, and returns what came.</summary>
    public async Task<List<string>> ReadToEndAsync(double seconds)
    {
        List<string> lines = [];
        while (await NextAsync(seconds) is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
