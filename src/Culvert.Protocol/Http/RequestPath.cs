using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Culvert.Protocol.Http;

/// <summary>
/// The path of a request target (RFC 9112 §3.2.1), split from its query, decoded exactly once and normalised (RFC 3986
/// §5.2.4): dot segments resolved, runs of slashes merged. Decoding comes first, so an escaped dot is a dot, and no
/// spelling of <c>..</c> gets past the root.
/// </summary>
public readonly struct RequestPath
{
    private const int MaxOnStack = 1024;

    // What an encoded path shows as it is: RFC 3986 pchar and the slash.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/"u8);

    private RequestPath(string path, bool hasTrailingSlash)
    {
        Path = path;
        HasTrailingSlash = hasTrailingSlash;
    }

    /// <summary>
    /// The decoded segments joined by slashes, with neither a leading nor a trailing one: <c>a/b</c>; empty for the
    /// root. No segment is empty, <c>.</c> or <c>..</c>, and none holds a slash, a backslash or a control character.
    /// </summary>
    public string Path { get; }

    /// <summary>
    /// Whether a directory is meant: the target ended in a slash or a dot segment. True for the root.
    /// </summary>
    public bool HasTrailingSlash { get; }

    /// <summary>Where the query begins: the index of the first <c>?</c>, or the length.</summary>
    /// <param name="target">The raw target.</param>
    public static int QueryIndex(ReadOnlySpan<byte> target)
    {
        var index = target.IndexOf((byte)'?');
        return index < 0 ? target.Length : index;
    }

    /// <summary>Reads a target in origin form. Never throws.</summary>
    /// <param name="target">Path and query as received; not kept.</param>
    /// <param name="path">The path when the verdict is Ok.</param>
    /// <returns>Whether the path may be looked up, and if not, why.</returns>
    public static RequestPathVerdict Parse(ReadOnlySpan<byte> target, out RequestPath path)
    {
        path = default;
        if (target.IsEmpty || target[0] != '/' || !IsVisible(target))
        {
            return RequestPathVerdict.BadRequest;
        }

        var raw = target[..QueryIndex(target)];
        var rented = raw.Length > MaxOnStack ? ArrayPool<byte>.Shared.Rent(raw.Length) : null;
        try
        {
            return Parse(raw, rented ?? stackalloc byte[MaxOnStack], out path);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>
    /// The one spelling of a path: one slash in front, so that it can never name another host; each byte that is not
    /// plain escaped in capitals.
    /// </summary>
    /// <param name="path">Segments as in <see cref="Path"/>.</param>
    /// <param name="trailingSlash">Whether a slash ends it.</param>
    public static string Encode(string path, bool trailingSlash)
    {
        ArgumentNullException.ThrowIfNull(path);
        var text = new StringBuilder(path.Length + 8).Append('/');
        foreach (var value in Encoding.UTF8.GetBytes(path))
        {
            if (Plain.Contains(value))
            {
                text.Append((char)value);
            }
            else
            {
                text.Append('%').Append(HexDigit(value >> 4)).Append(HexDigit(value & 15));
            }
        }

        return trailingSlash && path.Length > 0 ? text.Append('/').ToString() : text.ToString();
    }

    /// <summary>The one spelling of this path, without a query.</summary>
    public string Encode() => Encode(Path, HasTrailingSlash);

    private static char HexDigit(int value) => "0123456789ABCDEF"[value];

    /// <summary>
    /// Whether every byte may stand in a target: RFC 3986 knows neither white space nor bytes above 0x7E, and a
    /// fragment is never sent.
    /// </summary>
    /// <param name="target">A target or a part of one.</param>
    public static bool IsVisible(ReadOnlySpan<byte> target) =>
        !target.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && !target.Contains((byte)'#');

    private static RequestPathVerdict Parse(ReadOnlySpan<byte> raw, Span<byte> decoded, out RequestPath path)
    {
        path = default;
        var verdict = RequestPathVerdict.Ok;
        var length = 0;
        var isDirectory = true;
        while (!raw.IsEmpty)
        {
            // Here raw begins with the slash before the next segment.
            raw = raw[1..];
            var end = raw.IndexOf((byte)'/');
            var segment = end < 0 ? raw : raw[..end];
            raw = end < 0 ? [] : raw[end..];
            var start = length == 0 ? 0 : length + 1;
            var count = Decode(segment, decoded[start..]);
            if (count < 0)
            {
                return RequestPathVerdict.BadRequest;
            }

            var name = decoded.Slice(start, count);
            isDirectory = true;
            if (name.SequenceEqual(".."u8))
            {
                verdict = length == 0 ? RequestPathVerdict.OutsideRoot : verdict;
                length = Math.Max(0, decoded[..length].LastIndexOf((byte)'/'));
            }
            else if (count > 0 && !name.SequenceEqual("."u8))
            {
                verdict = Worse(verdict, Judge(name));
                // One segment stays one level deep, whatever it holds.
                name.Replace((byte)'/', (byte)'_');
                if (start > 0)
                {
                    decoded[length] = (byte)'/';
                }

                length = start + count;
                isDirectory = false;
            }
        }

        if (verdict == RequestPathVerdict.Ok)
        {
            path = new RequestPath(Encoding.UTF8.GetString(decoded[..length]), isDirectory);
        }

        return verdict;
    }

    /// <summary>A slash or backslash inside a segment: harmless nonsense, or a climb in disguise.</summary>
    private static RequestPathVerdict Judge(ReadOnlySpan<byte> name)
    {
        if (!name.ContainsAny((byte)'/', (byte)'\\'))
        {
            return RequestPathVerdict.Ok;
        }

        foreach (var piece in name.SplitAny((byte)'/', (byte)'\\'))
        {
            if (name[piece].SequenceEqual(".."u8))
            {
                return RequestPathVerdict.OutsideRoot;
            }
        }

        return RequestPathVerdict.NotFound;
    }

    private static RequestPathVerdict Worse(RequestPathVerdict one, RequestPathVerdict other) => (one, other) switch
    {
        (RequestPathVerdict.OutsideRoot, _) or (_, RequestPathVerdict.OutsideRoot) => RequestPathVerdict.OutsideRoot,
        (RequestPathVerdict.Ok, _) => other,
        _ => one,
    };

    /// <summary>Decodes a segment. Returns its length, or -1 when an escape is broken or means what none may.</summary>
    private static int Decode(ReadOnlySpan<byte> segment, Span<byte> decoded)
    {
        var length = 0;
        for (var index = 0; index < segment.Length; index++)
        {
            var value = segment[index];
            if (value == '%')
            {
                if (index + 2 >= segment.Length || (Nibble(segment[index + 1]) | Nibble(segment[index + 2])) < 0)
                {
                    return -1;
                }

                value = (byte)((Nibble(segment[index + 1]) << 4) | Nibble(segment[index + 2]));
                if (value is < 0x20 or 0x7F)
                {
                    return -1;
                }

                index += 2;
            }

            decoded[length++] = value;
        }

        // Overlong forms and surrogates are not UTF-8 and end here, before anybody takes them for dots or slashes.
        return Utf8.IsValid(decoded[..length]) ? length : -1;
    }

    private static int Nibble(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
