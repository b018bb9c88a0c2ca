using System.Buffers;
using System.Buffers.Text;

namespace Culvert.Server.Files;

/// <summary>
/// The text of one line of the access log: the fields of the combined log format but for the time, which every line of
/// the log begins with, and the duration behind them. Nothing a peer sends can end a line, forge another or fill the
/// disk: it is escaped and cut. Queries are left out, because they may hold tickets.
/// </summary>
internal static class AccessLine
{
    /// <summary>The longest line with what the log puts before it, in bytes.</summary>
    public const int MaxBytes = 8 * 1024;

    private const int MaxTarget = 1024;
    private const int MaxField = 256;

    /// <summary>Whatever is not one of these is written as four characters.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(value => (byte)value).Except("\"\\"u8.ToArray())]);

    /// <summary>Writes the line, its end included; returns how many bytes it has.</summary>
    /// <param name="line">At least <see cref="MaxBytes"/>.</param>
    /// <param name="entry">What it says.</param>
    public static int Write(Span<byte> line, in AccessEntry entry)
    {
        var rest = line;
        if (entry.Address is null)
        {
            Add(ref rest, "-"u8);
        }
        else
        {
            var address = entry.Address.IsIPv4MappedToIPv6 ? entry.Address.MapToIPv4() : entry.Address;
            address.TryFormat(rest, out var length);
            rest = rest[length..];
        }

        Add(ref rest, " - - \""u8);
        AddText(ref rest, entry.Method, MaxField);
        Add(ref rest, " "u8);
        AddPath(ref rest, entry.Target, MaxTarget);
        Add(ref rest, "\" "u8);
        AddNumber(ref rest, entry.Status);
        Add(ref rest, " "u8);
        AddNumber(ref rest, entry.BodyBytes);
        Add(ref rest, " \""u8);
        AddPath(ref rest, entry.Referer, MaxField);
        Add(ref rest, "\" \""u8);
        AddText(ref rest, entry.UserAgent, MaxField);
        Add(ref rest, "\" "u8);

        var tenths = (entry.Duration.Ticks + (TimeSpan.TicksPerMillisecond / 20)) / (TimeSpan.TicksPerMillisecond / 10);
        AddNumber(ref rest, tenths / 10);
        Add(ref rest, "."u8);
        AddNumber(ref rest, tenths % 10);
        Add(ref rest, "ms\n"u8);
        return line.Length - rest.Length;
    }

    private static void AddPath(ref Span<byte> rest, ReadOnlySpan<byte> target, int max)
    {
        var query = target.IndexOf((byte)'?');
        AddText(ref rest, query < 0 ? target : target[..(query + 1)], max);
    }

    private static void AddText(ref Span<byte> rest, ReadOnlySpan<byte> text, int max)
    {
        if (text.IsEmpty)
        {
            text = "-"u8;
        }

        var isCut = text.Length > max;
        text = text[..Math.Min(text.Length, max)];
        while (true)
        {
            var plain = text.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                Add(ref rest, text);
                break;
            }

            Add(ref rest, text[..plain]);
            Add(ref rest, "\\x"u8);
            Utf8Formatter.TryFormat(text[plain], rest, out var length, new StandardFormat('X', 2));
            rest = rest[length..];
            text = text[(plain + 1)..];
        }

        Add(ref rest, isCut ? "..."u8 : default);
    }

    private static void AddNumber(ref Span<byte> rest, long number)
    {
        Utf8Formatter.TryFormat(number, rest, out var length);
        rest = rest[length..];
    }

    private static void Add(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
