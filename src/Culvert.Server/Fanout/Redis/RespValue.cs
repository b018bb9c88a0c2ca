using System.Text;

namespace Culvert.Server.Fanout.Redis;

/// <summary>A reply of Redis. Owns its memory.</summary>
/// <param name="Kind">Its type.</param>
/// <param name="Bytes">Text, message of an error, digits, or bytes; empty for none, and for an array.</param>
/// <param name="Items">Of an array; else empty.</param>
internal sealed record RespValue(RespKind Kind, byte[] Bytes, RespValue[] Items)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>True for an array that begins with this word.</summary>
    public bool Begins(ReadOnlySpan<byte> word, int count) =>
        Kind == RespKind.Array && Items.Length == count && Items[0].Bytes.AsSpan().SequenceEqual(word);
}
