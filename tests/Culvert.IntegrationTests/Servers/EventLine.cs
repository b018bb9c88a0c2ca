using System.Text.Json;

namespace Culvert.IntegrationTests.Servers;

/// <summary>What a test wants to know of an event line. The lines themselves are compared as bytes.</summary>
internal static class EventLine
{
    public static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    public static bool Is(string line, string ev) => line.StartsWith($"{{\"ev\":\"{ev}\"", StringComparison.Ordinal);

    /// <summary>True for an event of the log: only those have an offset.</summary>
    public static bool IsDurable(string line) => OffsetOf(line) is not null;

    /// <summary>The offset; it comes before everything a user can write.</summary>
    public static long? OffsetOf(string line) => NumberOf(line, "\"offset\":");

    /// <summary>The number of the message.</summary>
    public static long? SeqOf(string line) => NumberOf(line, "\"seq\":");

    public static string TextOf(string line) => Parse(line).GetProperty("data").GetProperty("text").GetString()!;

    private static long? NumberOf(string line, string member)
    {
        var at = line.IndexOf(member, StringComparison.Ordinal);
        var data = line.IndexOf("\"data\":", StringComparison.Ordinal);
        if (at < 0 || (data >= 0 && at > data))
        {
            return null;
        }

        var start = at + member.Length;
        var end = start;
        while (end < line.Length && char.IsAsciiDigit(line[end]))
        {
            end++;
        }

        return long.Parse(line.AsSpan(start, end - start), provider: null);
    }
}
