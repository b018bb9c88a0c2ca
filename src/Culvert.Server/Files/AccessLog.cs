using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Files;

/// <summary>
/// One line for each request, with the fields of the combined log format but for the time, which every line of the log
/// has. Nothing a peer sends can end a line, forge another or fill the disk: it is escaped and cut. Queries are left
/// out, because they may hold tickets. Thread-safe; the line is written by the logger's own thread.
/// </summary>
internal sealed partial class AccessLog
{
    private const int MaxTarget = 1024;
    private const int MaxField = 256;

    private readonly ILogger _logger;

    public AccessLog(ILogger<AccessLog> logger) => _logger = logger;

    public void Write(in AccessEntry entry)
    {
        if (_logger.IsEnabled(LogLevel.Information))
        {
            Log.Answered(_logger, LineOf(entry));
        }
    }

    /// <summary>The line without the time.</summary>
    public static string LineOf(in AccessEntry entry)
    {
        var line = new StringBuilder(160);
        line.Append(CultureInfo.InvariantCulture, $"{entry.Address?.ToString() ?? "-"} - - \"");
        Append(line, entry.Method, MaxField);
        line.Append(' ');
        AppendPath(line, entry.Target, MaxTarget);
        line.Append(CultureInfo.InvariantCulture, $"\" {entry.Status} {entry.BodyBytes} \"");
        AppendPath(line, entry.Referer.IsEmpty ? "-"u8 : entry.Referer, MaxField);
        line.Append("\" \"");
        Append(line, entry.UserAgent.IsEmpty ? "-"u8 : entry.UserAgent, MaxField);
        line.Append(CultureInfo.InvariantCulture, $"\" {entry.Duration.TotalMilliseconds:0.0}ms");
        return line.ToString();
    }

    private static void AppendPath(StringBuilder line, ReadOnlySpan<byte> target, int max)
    {
        var query = target.IndexOf((byte)'?');
        Append(line, query < 0 ? target : target[..(query + 1)], max);
    }

    private static void Append(StringBuilder line, ReadOnlySpan<byte> text, int max)
    {
        foreach (var value in text[..Math.Min(text.Length, max)])
        {
            if (value is >= 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\')
            {
                line.Append((char)value);
            }
            else
            {
                line.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
            }
        }

        line.Append(text.Length > max ? "..." : "");
    }
}
