using System.Buffers;
using System.Text;

namespace Culvert.Server.Transports;

/// <summary>Makes the data of a message from a plain text.</summary>
internal static class TextMessage
{
    // RFC 8259 §7: only these must be escaped in a string; everything else travels as it is.
    private static readonly SearchValues<byte> MustEscape = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>True when there is nothing to see.</summary>
    public static bool IsBlank(ReadOnlySpan<byte> utf8)
    {
        while (!utf8.IsEmpty)
        {
            _ = Rune.DecodeFromUtf8(utf8, out var rune, out var length);
            if (!Rune.IsWhiteSpace(rune))
            {
                return false;
            }

            utf8 = utf8[length..];
        }

        return true;
    }

    /// <summary>Writes <c>{"text":"…"}</c> of valid UTF-8.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> utf8)
    {
        output.Write("{\"text\":\""u8);
        while (true)
        {
            var index = utf8.IndexOfAny(MustEscape);
            if (index < 0)
            {
                break;
            }

            output.Write(utf8[..index]);
            Escape(output, utf8[index]);
            utf8 = utf8[(index + 1)..];
        }

        output.Write(utf8);
        output.Write("\"}"u8);
    }

    private static void Escape(IBufferWriter<byte> output, byte value)
    {
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        switch (value)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                output.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', digits[value >> 4], digits[value & 15]]);
                break;
        }
    }
}
