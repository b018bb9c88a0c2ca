namespace Culvert.Server.Files;

/// <summary>Bytes of a representation; the length is never zero.</summary>
internal readonly record struct ByteRange(long Offset, long Length)
{
    public long End => Offset + Length;
}
