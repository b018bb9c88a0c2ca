namespace Culvert.Tests.Client.Tunnels;

/// <summary>Gives bytes out in pieces of at most so many, then the end; takes what is written.</summary>
internal sealed class SlicedStream(byte[] bytes, int most) : Stream
{
    private readonly MemoryStream _written = new();
    private int _position;

    public byte[] Written => _written.ToArray();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        count = Math.Min(Math.Min(count, most), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer.AsSpan(offset));
        _position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_written)
        {
            _written.Write(buffer, offset, count);
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
