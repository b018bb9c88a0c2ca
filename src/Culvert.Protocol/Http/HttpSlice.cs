namespace Culvert.Protocol.Http;

/// <summary>
/// A part of the buffer that was read, as positions: unlike a span it may be kept over an await, and it stays right
/// when the buffer is copied to a larger one.
/// </summary>
/// <param name="Offset">Where it begins, in bytes from the start of the buffer.</param>
/// <param name="Length">How many bytes it has; 0 for a header with an empty value.</param>
public readonly record struct HttpSlice(int Offset, int Length)
{
    /// <summary>
    /// Whether the part was there at all. A header with an empty value is present, one that did not come is not. No
    /// value can begin at offset 0, where the method stands.
    /// </summary>
    public bool IsPresent => (Offset | Length) != 0;

    /// <summary>The bytes, which belong to the buffer; empty when the part is absent.</summary>
    /// <param name="buffer">The buffer that was read, or a copy of it.</param>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> buffer) => buffer.Slice(Offset, Length);
}
