using System.Buffers;
using System.Globalization;

namespace Culvert.Server.Files;

/// <summary>How long browsers may keep a file (RFC 9111 §5.2.2).</summary>
internal static class CachePolicy
{
    private const int MinHashLength = 8;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly SearchValues<char> Base32 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    public static string Of(string path, SiteOptions options)
    {
        if (options.Immutable && HasHash(path))
        {
            return "public, max-age=31536000, immutable";
        }

        return options.MaxAge is { } age
            ? string.Create(CultureInfo.InvariantCulture, $"max-age={(long)age.TotalSeconds}")
            : "no-cache";
    }

    /// <summary>
    /// Whether the last part of a name, set off by a dot or a hyphen, is a hash: at least eight digits of hex or of
    /// base 32 in capitals, both figures and letters, so that neither a date nor a word is taken for one.
    /// </summary>
    private static bool HasHash(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path.AsSpan());
        // A source map or a type declaration: app.3f9a2c1b.js.map.
        stem = stem.EndsWith(".js") || stem.EndsWith(".css") ? Path.GetFileNameWithoutExtension(stem) : stem;
        var at = stem.LastIndexOfAny('.', '-');
        if (at <= 0 || stem.Length - at - 1 < MinHashLength)
        {
            return false;
        }

        var last = stem[(at + 1)..];
        return last.ContainsAny(Digits) && last.ContainsAnyExcept(Digits)
            && (!last.ContainsAnyExcept(Hex) || !last.ContainsAnyExcept(Base32));
    }
}
