using System.Buffers;
using System.Globalization;
using System.Text;

namespace Culvert.Protocol.Rooms;

/// <summary>
/// What rooms and users may be called, and when two names are the same (docs/protocol.md, "Names"). Thread-safe.
/// </summary>
/// <remarks>
/// A name starts with a letter or digit and goes on with letters, digits, their marks, <c>-</c>, <c>_</c> and
/// <c>.</c>, of any script. Names that differ only in case, in how accents are encoded, or in letters that look
/// alike (Unicode UTS #39) have the same key; look-ups and uniqueness go by the key, display by the name.
/// </remarks>
public static class NameRules
{
    /// <summary>The longest name of a room, in code points.</summary>
    public const int MaxRoomLength = 64;

    /// <summary>The longest name of a user, in code points.</summary>
    public const int MaxUserLength = 32;

    // Greek letters carry up to three marks; more is a prank on the lines around.
    private const int MaxMarks = 3;

    // Words that stand, or may stand one day, where a room's name does in an address.
    private static readonly HashSet<string> ReservedRooms = KeysOf(
        "new", "api", "v1", "admin", "events", "ws", "rooms", "static", "assets", "healthz", "readyz");

    // Names that would speak for the server or for everybody.
    private static readonly HashSet<string> ReservedUsers = KeysOf(
        "owner", "admin", "administrator", "root", "system", "server", "culvert", "moderator", "everyone", "here",
        "all", "null", "undefined", "me", "anonymous");

    /// <summary>Checks the name of a room and makes its unique key.</summary>
    /// <param name="name">The name as written: 1 to 64 code points.</param>
    /// <param name="key">The key; empty on failure.</param>
    /// <param name="problem">Null, or a sentence that says what is wrong.</param>
    public static bool TryNormaliseRoom(ReadOnlySpan<char> name, out string key, out string? problem) =>
        TryNormalise(name, "room", MaxRoomLength, ReservedRooms, out key, out problem);

    /// <summary>Checks the name of a user and makes its unique key.</summary>
    /// <param name="name">The name as written: 1 to 32 code points.</param>
    /// <param name="key">The key; empty on failure.</param>
    /// <param name="problem">Null, or a sentence that says what is wrong.</param>
    public static bool TryNormaliseUser(ReadOnlySpan<char> name, out string key, out string? problem) =>
        TryNormalise(name, "user", MaxUserLength, ReservedUsers, out key, out problem);

    private static bool TryNormalise(
        ReadOnlySpan<char> name,
        string what,
        int maxLength,
        HashSet<string> reserved,
        out string key,
        out string? problem)
    {
        key = "";
        problem = FindProblem(name, what, maxLength);
        if (problem is not null)
        {
            return false;
        }

        var made = KeyOf(name);
        if (reserved.Contains(made))
        {
            problem = $"The {what} name \"{name}\" is reserved, or looks like one that is; choose another one.";
            return false;
        }

        key = made;
        return true;
    }

    private static string? FindProblem(ReadOnlySpan<char> name, string what, int maxLength)
    {
        if (name.IsEmpty)
        {
            return $"A {what} name has at least one character.";
        }

        var length = 0;
        var marks = 0;
        var rest = name;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var taken) != OperationStatus.Done)
            {
                return $"The {what} name is not valid Unicode text.";
            }

            marks = NameCharacters.IsMark(rune) ? marks + 1 : 0;
            if (FindProblem(rune, what, length == 0, marks) is { } problem)
            {
                return problem;
            }

            // Checked within the loop, so that a name of any size costs no more than the longest allowed one.
            if (++length > maxLength)
            {
                return $"A {what} name has at most {maxLength} characters.";
            }

            rest = rest[taken..];
        }

        return null;
    }

    private static string? FindProblem(Rune rune, string what, bool isFirst, int marks)
    {
        if (marks > 0)
        {
            return isFirst || marks > MaxMarks || NameCharacters.IsRefusedMark(rune)
                ? $"The combining mark {Show(rune)} cannot be used at this place in a {what} name."
                : null;
        }

        if (NameCharacters.IsUnseen(rune))
        {
            return $"The character {Show(rune)} cannot be seen, so a {what} name cannot hold it.";
        }

        if (NameCharacters.IsLetterOrDigit(rune))
        {
            return NameCharacters.IsReplaced(rune)
                ? $"The character {Show(rune)} is a special form of another one; write the plain one."
                : null;
        }

        if (rune.Value is not ('-' or '_' or '.'))
        {
            return $"A {what} name cannot hold {Show(rune)}; use letters, digits, \"-\", \"_\" and \".\".";
        }

        return isFirst ? $"A {what} name starts with a letter or a digit." : null;
    }

    private static string KeyOf(ReadOnlySpan<char> name)
    {
        var besideLatin = name.ContainsAnyInRange('a', 'z') || name.ContainsAnyInRange('A', 'Z');
        var key = new StringBuilder(name.Length + 8);
        var marks = new List<char>(MaxMarks);
        foreach (var rune in name.EnumerateRunes())
        {
            if (NameCharacters.IsMark(rune) && rune.Value <= char.MaxValue)
            {
                marks.Add((char)rune.Value);
                continue;
            }

            AppendMarks(key, marks);
            AppendLetter(key, marks, NameCharacters.ToHalfWidth(rune), besideLatin);
        }

        AppendMarks(key, marks);
        return key.ToString();
    }

    private static void AppendLetter(StringBuilder key, List<char> marks, Rune letter, bool besideLatin)
    {
        // The innermost mark is found last; marks that follow in the name come after all of these.
        while (NameDecompositions.TrySplit(letter.Value, out var bare, out var mark))
        {
            marks.Insert(0, mark);
            letter = new Rune(bare);
        }

        if (letter.Value is 'ß' or 'ẞ')
        {
            key.Append("ss");
        }
        else if (Rune.GetUnicodeCategory(letter) == UnicodeCategory.DecimalDigitNumber)
        {
            key.Append((int)Rune.GetNumericValue(letter));
        }
        else
        {
            key.Append(NameLookalikes.Fold(letter, besideLatin).ToString());
        }
    }

    // Unicode's canonical order (UAX #15): marks of one class stay as they are written, classes ascend. The dot of
    // an i is part of the letter, so an i that brings another one (as the Turkish capital does) is the same i.
    private static void AppendMarks(StringBuilder key, List<char> marks)
    {
        for (var index = 1; index < marks.Count; index++)
        {
            for (var at = index; at > 0 && ComesAfter(marks[at - 1], marks[at]); at--)
            {
                (marks[at - 1], marks[at]) = (marks[at], marks[at - 1]);
            }
        }

        foreach (var mark in marks)
        {
            if (mark != '\u0307' || key[^1] is not ('i' or 'j'))
            {
                key.Append(mark);
            }
        }

        marks.Clear();
    }

    private static bool ComesAfter(char first, char second) =>
        NameDecompositions.ClassOf(second) is var lower and > 0 && NameDecompositions.ClassOf(first) > lower;

    private static string Show(Rune rune) =>
        Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || NameCharacters.IsMark(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
        || NameCharacters.IsUnseen(rune)
            ? $"U+{rune.Value:X4}"
            : $"\"{rune}\"";

    private static HashSet<string> KeysOf(params ReadOnlySpan<string> names)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            keys.Add(KeyOf(name));
        }

        return keys.ToHashSet(StringComparer.Ordinal);
    }
}
