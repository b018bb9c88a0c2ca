using Culvert.Server.Hosting;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Culvert.Tests.Hosting;

public sealed class LineLoggerTests
{
    [Fact]
    public void An_event_is_one_plain_line()
    {
        var lines = Write(false, "Culvert.Server.Rooms.Room", logger => logger.Log(
            LogLevel.Warning, new EventId(3001), "hello\u001b[31m\nworld\r", new IOException("gone"), Format));

        Assert.Equal(
            "2026-09-21T14:13:20.000Z warn  Rooms.Room[3001] hello [31m | world  | IOException: gone\n", lines);
    }

    [Theory]
    [InlineData("Culvert.Server.Rooms.Room", LogLevel.Information, false, true)]
    [InlineData("Culvert.Server.Rooms.Room", LogLevel.Debug, false, false)]
    [InlineData("Culvert.Server.Rooms.Room", LogLevel.Debug, true, true)]
    [InlineData("Microsoft.AspNetCore.Hosting", LogLevel.Information, false, false)]
    [InlineData("Microsoft.AspNetCore.Hosting", LogLevel.Information, true, true)]
    public void Verbose_shows_more(string category, LogLevel level, bool verbose, bool shown)
    {
        var lines = Write(verbose, category, logger => logger.Log(level, default, "x", null, Format));

        Assert.Equal(shown, lines.Length > 0);
    }

    [Fact]
    public void An_error_has_its_trace_in_the_same_line()
    {
        var lines = Write(false, "Culvert", logger =>
        {
            try
            {
                throw new InvalidOperationException("broken");
            }
            catch (InvalidOperationException exception)
            {
                logger.Log(LogLevel.Error, default, "x", exception, Format);
            }
        });

        Assert.Contains("   at ", lines, StringComparison.Ordinal);
        Assert.Equal(lines.Length - 1, lines.IndexOf('\n', StringComparison.Ordinal));
    }

    private static string Format(string state, Exception? exception) => state;

    private static string Write(bool verbose, string category, Action<ILogger> log)
    {
        var writer = new StringWriter { NewLine = "\n" };
        using (var provider = new LineLoggerProvider(writer, new ManualTimeProvider(), verbose))
        {
            log(provider.CreateLogger(category));
        }

        return writer.ToString();
    }
}
