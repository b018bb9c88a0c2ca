using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.Server.Files;
using Culvert.Tests.Support;

namespace Culvert.Tests.Files;

public sealed class AccessLogTests
{
    private static readonly ManualTimeProvider Time =
        new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 67, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_line_says_who_asked_for_what_and_what_came_of_it()
    {
        using var lines = new StringWriter();
        using (var log = new AccessLog(lines, Time))
        {
            log.Write(new AccessEntry
            {
                Address = IPAddress.Parse("::ffff:192.0.2.1"),
                Method = "GET"u8,
                Target = "/a.txt?token=secret"u8,
                Status = 200,
                BodyBytes = 123,
                Duration = TimeSpan.FromMicroseconds(4460),
                Referer = "http://h/x?y"u8,
                UserAgent = "curl/8"u8,
            });
        }

        Assert.Equal(
            "2026-01-02T03:04:05.067Z info  Files.AccessLog[10030] "
                + "192.0.2.1 - - \"GET /a.txt?\" 200 123 \"http://h/x?\" \"curl/8\" 4.5ms\n",
            lines.ToString());
    }

    [Fact]
    public void A_note_keeps_what_the_buffer_loses()
    {
        using var lines = new StringWriter();
        using (var log = new AccessLog(lines, Time))
        {
            var buffer = "GET /a"u8.ToArray();
            var note = log.Hold(new AccessEntry
            {
                Address = IPAddress.IPv6Loopback,
                Method = buffer.AsSpan(0, 3),
                Target = buffer.AsSpan(4),
            });
            buffer.AsSpan().Clear();
            note.End(206, 5_000_000_000);
        }

        Assert.EndsWith(
            "] ::1 - - \"GET /a\" 206 5000000000 \"-\" \"-\" 0.0ms\n", lines.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a\r\n192.0.2.9 - -", "/a\\x0D\\x0A192.0.2.9 - -")]
    [InlineData("/a\" 200 1 \"", "/a\\x22 200 1 \\x22")]
    [InlineData("/\u001b[31m\\é\u007f", "/\\x1B[31m\\x5C\\xE9\\x7F")]
    public void What_a_peer_sends_stays_in_its_field(string sent, string shown)
    {
        var line = LineOf(Encoding.Latin1.GetBytes(sent));

        Assert.Equal($"- - - \"GET {shown}\" 400 0 \"{shown}\" \"{shown}\" 0.0ms\n", line);
    }

    [Fact]
    public void A_line_has_a_longest_length()
    {
        var line = LineOf(new byte[100_000]);

        Assert.InRange(line.Length, 1, AccessLine.MaxBytes - 100);
        Assert.Contains("\\x00...\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_written_without_waiting_for_more()
    {
        await using var writer = new GatedWriter();
        using var log = new AccessLog(writer, Time);
        writer.Open();

        Write(log, "/a");

        await writer.WrittenAsync("/a", Cancel);
    }

    [Fact]
    public async Task A_writer_that_stands_still_stops_nobody_and_loses_lines_that_are_counted()
    {
        const int count = 20_000;
        await using var writer = new GatedWriter();
        using var log = new AccessLog(writer, Time);

        for (var i = 0; i < count; i++)
        {
            Write(log, "/a");
        }

        writer.Open();
        log.Dispose();
        var text = writer.Text;
        var dropped = Regex.Matches(text, @"\((\d+) lines of the access log were dropped\)");
        Assert.NotEmpty(dropped);
        var lost = dropped.Sum(m => int.Parse(m.Groups[1].Value, provider: null));
        Assert.Equal(count, Regex.Count(text, "GET /a") + lost);
    }

    [Fact]
    public async Task Many_threads_write_whole_lines()
    {
        const int threads = 4;
        const int each = 500;
        using var lines = new StringWriter();
        using (var log = new AccessLog(TextWriter.Synchronized(lines), Time))
        {
            await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(
                () =>
                {
                    for (var i = 0; i < each; i++)
                    {
                        Write(log, $"/{thread}-{i}");
                    }
                },
                Cancel)));
        }

        var all = lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(threads * each, all.Distinct().Count());
        Assert.All(all, l => Assert.Matches(@"^\S+Z info  \S+ - - - ""GET /\d-\d+"" 200 0 ""-"" ""-"" 0\.0ms$", l));
    }

    private static void Write(AccessLog log, string target) =>
        log.Write(new AccessEntry
        {
            Address = null,
            Method = "GET"u8,
            Target = Encoding.ASCII.GetBytes(target),
            Status = 200,
        });

    private static string LineOf(byte[] sent)
    {
        var line = new byte[AccessLine.MaxBytes];
        var length = AccessLine.Write(line, new AccessEntry
        {
            Address = null,
            Method = "GET"u8,
            Target = sent,
            Status = 400,
            Referer = sent,
            UserAgent = sent,
        });
        return Encoding.ASCII.GetString(line, 0, length);
    }
}
