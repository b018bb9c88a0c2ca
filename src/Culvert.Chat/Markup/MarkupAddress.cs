using System.Buffers;

namespace Culvert.Chat.Markup;

/// <summary>Which addresses become links; the same rules as <c>markdown-address.js</c>. See docs/markup.md.</summary>
internal static class MarkupAddress
{
    private const int MaxLength = 2048;
    private const int MaxHostLength = 253;
    private const int MaxLabelLength = 63;
    private const string Trimmed = ".,;:!?'*_~)]";

    private static readonly string[] Schemes = ["https://", "http://", "mailto:"];

    // Punctuation of other scripts: it is never meant as a part of the address before it.
    private static readonly SearchValues<char> Stops =
        SearchValues.Create("<>\"`«»“”‘’…—、。〈〉《》「」『』【】〔〕！（），：；？｡");

    private static readonly SearchValues<char> EndOfAuthority = SearchValues.Create("/?#");

    /// <summary>Where a bare address ends that begins at an index, and whether it may be a link.</summary>
    /// <returns>Null when none begins there; an unsafe one is text up to its end.</returns>
    public static (int End, bool IsSafe)? Find(string text, int start)
    {
        if (SchemeOf(text.AsSpan(start)) is null)
        {
            return null;
        }

        var end = start;
        var round = 0;
        var square = 0;
        for (; end < text.Length && !MarkupCharacters.IsSpace(text[end]) && !Stops.Contains(text[end]); end++)
        {
            round += Step(text[end], '(', ')');
            square += Step(text[end], '[', ']');
        }

        for (; end > start && Trimmed.Contains(text[end - 1]); end--)
        {
            if (text[end - 1] == ')' && round++ >= 0 || text[end - 1] == ']' && square++ >= 0)
            {
                break;
            }
        }

        return (end, IsSafe(text[start..end]));
    }

    /// <summary>Whether an address may be a link: http, https or mailto, and nothing that misleads a reader.</summary>
    public static bool IsSafe(string address)
    {
        if (address.Length > MaxLength || SchemeOf(address) is not { } scheme || !address.EnumerateRunes().All(
            static rune => IsPlain(rune.Value)))
        {
            return false;
        }

        var rest = address.AsSpan(scheme.Length);
        var end = rest.IndexOfAny(EndOfAuthority);
        return scheme == "mailto:" ? IsSafeMailbox(rest) : IsSafeAuthority(end < 0 ? rest : rest[..end]);
    }

    private static int Step(char c, char open, char close) => c == open ? 1 : c == close ? -1 : 0;

    private static string? SchemeOf(ReadOnlySpan<char> text)
    {
        foreach (var scheme in Schemes)
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return scheme;
            }
        }

        return null;
    }

    private static bool IsPlain(int point) =>
        !MarkupCharacters.IsSpace(point) && !MarkupCharacters.IsUnseen(point)
        && point is not (< 0x20 or >= 0x7F and <= 0x9F or 0xFFFD or >= 0xE000 and <= 0xF8FF
            or '<' or '>' or '"' or '`' or '\\');

    // No user and no password: `https://bank.example@evil.example` shows one host and leads to another.
    private static bool IsSafeAuthority(ReadOnlySpan<char> authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon >= 0 && (authority.Length - colon - 1 is < 1 or > 5
            || authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9')))
        {
            return false;
        }

        return IsSafeHost(colon < 0 ? authority : authority[..colon]);
    }

    private static bool IsSafeMailbox(ReadOnlySpan<char> mailbox)
    {
        var at = mailbox.IndexOf('@');
        if (at is < 1 or > 64)
        {
            return false;
        }

        foreach (var c in mailbox[..at])
        {
            if (!MarkupCharacters.IsAsciiWord(c) && !"._+-".Contains(c))
            {
                return false;
            }
        }

        return mailbox[(at + 1)..].Contains('.') && IsSafeHost(mailbox[(at + 1)..]);
    }

    private static bool IsSafeHost(ReadOnlySpan<char> host)
    {
        if (host.Length > MaxHostLength)
        {
            return false;
        }

        foreach (var range in host.Split('.'))
        {
            if (!IsSafeLabel(host[range]))
            {
                return false;
            }
        }

        return true;
    }

    // A label of two scripts can look like another one of a single script; one from right to left is shown elsewhere.
    private static bool IsSafeLabel(ReadOnlySpan<char> label)
    {
        var isLatin = false;
        var isOther = false;
        foreach (var rune in label.EnumerateRunes())
        {
            var point = rune.Value;
            if (MarkupCharacters.IsLatin(point))
            {
                isLatin = true;
            }
            else if (point >= 0x80)
            {
                isOther = true;
                if (!MarkupCharacters.IsWord(point) || IsTricky(point))
                {
                    return false;
                }
            }
            else if (!MarkupCharacters.IsDigit(point) && point is not ('-' or '_'))
            {
                return false;
            }
        }

        return label.Length is >= 1 and <= MaxLabelLength && !(isLatin && isOther);
    }

    // From right to left; or a special form that a browser turns into a plain letter.
    private static bool IsTricky(int point) =>
        point is >= 0x590 and <= 0x8FF or >= 0x2000 and <= 0x218F or >= 0x2460 and <= 0x24FF
            or >= 0x3200 and <= 0x33FF or >= 0xFB00;
}
