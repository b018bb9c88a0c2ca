using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;

namespace Culvert.Protocol.Rooms;

/// <summary>Appends JSON text to a buffer writer without allocating; the caller places braces and commas.</summary>
/// <remarks>
/// <c>Utf8JsonWriter</c> would check structure and escape again what is known to be right; one event is
/// encoded once, yet under load that is every message, so the plain copy is kept apart here. Not thread-safe.
/// </remarks>
internal ref struct LineWriter
{
    private const int Chunk = 256;

    // RFC 8259 §7: only these must be escaped in a string; everything else travels as raw UTF-8.
    private static readonly SearchValues<byte> MustEscape = SearchValues.Create(
        "\"\\"u8.ToArray().Concat(Enumerable.Range(0, 0x20).Select(code => (byte)code)).ToArray());

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _used;

    public LineWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _span = output.GetSpan(Chunk);
    }

    /// <summary>Copies bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _span.Length - _used)
        {
            bytes.CopyTo(_span[_used..]);
            _used += bytes.Length;
            return;
        }

        // Long data goes in pieces of what the writer offers, so that a pipe never has to allocate a block for it.
        Done();
        _output.Write(bytes);
        _span = _output.GetSpan(Chunk);
    }

    public void Number(long value)
    {
        const int longest = 20;
        Ensure(longest);
        var fits = Utf8Formatter.TryFormat(value, _span[_used..], out var written);
        Debug.Assert(fits, "A 64-bit number has at most 20 characters.");
        _used += written;
    }

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    /// <summary>A JSON string, quotes included, of UTF-8 text.</summary>
    public void Text(scoped ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        var rest = utf8;
        while (true)
        {
            var index = rest.IndexOfAny(MustEscape);
            if (index < 0)
            {
                break;
            }

            Raw(rest[..index]);
            Escape(rest[index]);
            rest = rest[(index + 1)..];
        }

        Raw(rest);
        Raw("\""u8);
    }

    /// <summary>A JSON string, quotes included; unpaired surrogates become U+FFFD.</summary>
    public void Text(scoped ReadOnlySpan<char> text)
    {
        const int onStack = 512;
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (longest <= onStack)
        {
            Span<byte> small = stackalloc byte[onStack];
            Text(small[..Encoding.UTF8.GetBytes(text, small)]);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            Text(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Hands what was written to the buffer writer. Must be called once, at the end.</summary>
    public void Done()
    {
        _output.Advance(_used);
        _used = 0;
        _span = default;
    }

    private void Escape(byte value)
    {
        switch (value)
        {
            case (byte)'"':
                Raw("\\\""u8);
                break;
            case (byte)'\\':
                Raw("\\\\"u8);
                break;
            case (byte)'\n':
                Raw("\\n"u8);
                break;
            default:
                Raw("\\u00"u8);
                Ensure(2);
                _ = Utf8Formatter.TryFormat(value, _span[_used..], out var written, new StandardFormat('x', 2));
                _used += written;
                break;
        }
    }

    private void Ensure(int count)
    {
        if (_span.Length - _used < count)
        {
            Done();
            _span = _output.GetSpan(Chunk);
        }
    }
}
