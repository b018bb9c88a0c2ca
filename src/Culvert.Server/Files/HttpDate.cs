using System.Buffers.Text;
using System.Globalization;

namespace Culvert.Server.Files;

/// <summary>Dates of RFC 9110 §5.6.7, as whole seconds since 1970.</summary>
internal static class HttpDate
{
    private const int MaxLength = 40;

    private static readonly string[] Obsolete =
        ["dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy"];

    public static string Format(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads the form of today, and the two that a server must still understand. False for anything else.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long seconds)
    {
        seconds = 0;
        // The header is mostly absent, and trying all forms on nothing would cost more than the rest of an answer.
        if (text.IsEmpty)
        {
            return false;
        }

        if (Utf8Parser.TryParse(text, out DateTime time, out var used, 'R') && used == text.Length)
        {
            seconds = SecondsOf(time);
            return true;
        }

        if (text.Length > MaxLength)
        {
            return false;
        }

        Span<char> characters = stackalloc char[MaxLength];
        for (var index = 0; index < text.Length; index++)
        {
            characters[index] = (char)text[index];
        }

        if (!DateTime.TryParseExact(
                characters[..text.Length],
                Obsolete,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AllowInnerWhite | DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out time))
        {
            return false;
        }

        seconds = SecondsOf(time);
        return true;
    }

    private static long SecondsOf(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
}
