using System.Globalization;

namespace Culvert.Server.Transports.Commands;

/// <summary>A slash command as it was typed, or the words of it that are still to be read.</summary>
/// <param name="Rest">Trimmed; may be empty.</param>
internal readonly record struct CommandLine(string Rest)
{
    /// <summary>More digits than any time that makes sense.</summary>
    private const int MaxDigits = 4;

    public bool IsEmpty => Rest.Length == 0;

    /// <summary>The text as a message: null for a command, without its first slash when it begins with two.</summary>
    public static string? MessageOf(string text) =>
        !text.StartsWith('/') ? text : text.StartsWith("//", StringComparison.Ordinal) ? text[1..] : null;

    /// <summary>The first word and what follows it, whatever white space is between.</summary>
    public (string Word, CommandLine More) Split()
    {
        var end = 0;
        while (end < Rest.Length && !char.IsWhiteSpace(Rest[end]))
        {
            end++;
        }

        return (Rest[..end], new CommandLine(Rest[end..].Trim()));
    }

    /// <summary>A user's name, with or without the at sign.</summary>
    public (string Name, CommandLine More) SplitName()
    {
        var (word, rest) = Split();
        return (word.TrimStart('@'), rest);
    }

    /// <summary>
    /// A time like <c>10m</c>, <c>2h</c> or <c>3d</c> (also <c>s</c> and <c>w</c>) if the first word is one; null and
    /// all of the words otherwise. Nothing lasts <c>0m</c>: that is the length zero.
    /// </summary>
    public (TimeSpan? Time, CommandLine More) SplitTime()
    {
        var (word, rest) = Split();
        if (word.Length is < 2 or > MaxDigits + 1
            || !int.TryParse(word.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return (null, this);
        }

        TimeSpan? unit = char.ToLowerInvariant(word[^1]) switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        };
        return unit is { } one ? (count * one, rest) : (null, this);
    }
}
