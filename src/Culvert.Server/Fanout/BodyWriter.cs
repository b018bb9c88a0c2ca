using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Culvert.Server.Fanout;

/// <summary>Writes the fields of messages: numbers in seven bits a byte, texts and bytes behind their length.</summary>
internal static class BodyWriter
{
    public static void Number(IBufferWriter<byte> output, long value)
    {
        var rest = (ulong)value;
        var span = output.GetSpan(10);
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            span[length++] = (byte)(rest | 0x80);
        }

        span[length++] = (byte)rest;
        output.Advance(length);
    }

    public static void Flag(IBufferWriter<byte> output, bool value) => Number(output, value ? 1 : 0);

    /// <summary>Eight bytes, for what is as good as random.</summary>
    public static void Fixed(IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public static void Bytes(IBufferWriter<byte> output, ReadOnlySpan<byte> value)
    {
        Number(output, value.Length);
        output.Write(value);
    }

    public static void Text(IBufferWriter<byte> output, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Number(output, length);
        output.Advance(Encoding.UTF8.GetBytes(value, output.GetSpan(length)));
    }
}
