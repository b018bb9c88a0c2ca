using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Culvert.Protocol.Http;

/// <summary>Sets of bytes that the grammar of HTTP/1.1 and of URIs names, and the searches over them.</summary>
internal static class HttpCharacters
{
    /// <summary>What a method or a field name is made of (RFC 9110 §5.6.2).</summary>
    public static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>
    /// What a target may hold without a closer look: printable ASCII but '#' and '%'. That is more than RFC 3986
    /// allows, because browsers send '|', '^', '{' and '"' as they are.
    /// </summary>
    public static readonly SearchValues<byte> PlainTarget = SearchValues.Create(
        "!\"$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>
    /// What a host name may hold: RFC 3986 §3.2.2 without escapes and without '*', '+', ',', ';' and '='. No name of a
    /// host has these, a list of hosts would, and Kestrel refuses them too.
    /// </summary>
    public static readonly SearchValues<byte> HostName = SearchValues.Create(
        "!$&'()-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What an IPv6 address may hold, without a zone (RFC 3986 §3.2.2).</summary>
    public static readonly SearchValues<byte> Address = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    private static readonly SearchValues<byte> Control = SearchValues.Create(
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
        30, 31, 127,
    ]);

    /// <summary>Whether a byte is below 0x20 or is 0x7F.</summary>
    public static bool IsControl(byte value) => value is < 0x20 or 0x7F;

    /// <summary>Whether a byte may stand in a token.</summary>
    public static bool IsToken(byte value) => Token.Contains(value);

    /// <summary>
    /// The first control character at or behind an index, or the length of the buffer. It stands in the inner loop of
    /// every head, with lines of some 30 bytes, where a call into the library costs more than the search.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOfControl(ReadOnlySpan<byte> buffer, int from)
    {
        if (!Vector256.IsHardwareAccelerated || buffer.Length < Vector256<byte>.Count)
        {
            return IndexOfControlPortably(buffer, from);
        }

        ref var first = ref MemoryMarshal.GetReference(buffer);
        var last = buffer.Length - Vector256<byte>.Count;
        for (; from <= last; from += Vector256<byte>.Count)
        {
            var found = ControlBits(ref first, from);
            if (found != 0)
            {
                return from + BitOperations.TrailingZeroCount(found);
            }
        }

        // The last block overlaps what was searched; its bits are shifted out.
        var past = from - last;
        var rest = past < Vector256<byte>.Count ? ControlBits(ref first, last) >> past : 0;
        return rest == 0 ? buffer.Length : from + BitOperations.TrailingZeroCount(rest);
    }

    private static int IndexOfControlPortably(ReadOnlySpan<byte> buffer, int from)
    {
        var found = buffer[from..].IndexOfAny(Control);
        return found < 0 ? buffer.Length : from + found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ControlBits(ref byte first, int at)
    {
        var block = Vector256.LoadUnsafe(ref first, (nuint)at);
        var low = Vector256.Equals(Vector256.Min(block, Vector256.Create((byte)0x1F)), block);
        return (low | Vector256.Equals(block, Vector256.Create((byte)0x7F))).ExtractMostSignificantBits();
    }
}
