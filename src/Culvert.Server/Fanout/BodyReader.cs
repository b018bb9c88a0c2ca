using System.Buffers.Binary;
using System.Text;

namespace Culvert.Server.Fanout;

/// <summary>
/// Reads what <see cref="BodyWriter"/> wrote. After the first thing that cannot be read <see cref="IsBad"/> stays
/// true, and everything else is empty.
/// </summary>
/// <remarks>Bytes that it gives out are slices of what it reads, not copies.</remarks>
internal struct BodyReader(ReadOnlyMemory<byte> rest)
{
    private ReadOnlyMemory<byte> _rest = rest;

    public bool IsBad { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public long Number()
    {
        var span = _rest.Span;
        ulong value = 0;
        for (var index = 0; index < Math.Min(span.Length, 10); index++)
        {
            value |= (ulong)(span[index] & 0x7F) << (7 * index);
            if (span[index] < 0x80)
            {
                _rest = _rest[(index + 1)..];
                return (long)value;
            }
        }

        return Fail();
    }

    public bool Flag() => Number() == 1;

    public long Fixed()
    {
        if (_rest.Length < sizeof(long))
        {
            return Fail();
        }

        var value = BinaryPrimitives.ReadInt64LittleEndian(_rest.Span);
        _rest = _rest[sizeof(long)..];
        return value;
    }

    public ReadOnlyMemory<byte> Bytes()
    {
        var length = Number();
        if (length < 0 || length > _rest.Length)
        {
            Fail();
            return default;
        }

        var bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    /// <summary>A number of things that follow: each takes a byte at least, so no more than there are bytes.</summary>
    public int Count()
    {
        var count = Number();
        return count >= 0 && count <= _rest.Length ? (int)count : (int)Fail();
    }

    public long Fail()
    {
        IsBad = true;
        _rest = default;
        return 0;
    }
}
