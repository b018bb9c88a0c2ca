namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The stream that <see cref="System.IO.Compression.DeflateStream"/> inflates from: a message's payload, the four bytes
/// its sender removed (RFC 7692 §7.2.2), and then, in a read of its own, a final empty block. Whether that last read
/// happened tells how the data ended: the runtime's inflater itself does not say.
/// </summary>
internal sealed class CompressedSource : Stream
{
    private const int LastStage = 3;

    private ReadOnlyMemory<byte> _payload;
    private readonly int _maxReadBytes;
    private int _stage;

    public CompressedSource(ReadOnlyMemory<byte> payload, int maxReadBytes)
    {
        _payload = payload;
        _maxReadBytes = maxReadBytes;
        RemainingPayload = payload.Length;
    }

    /// <summary>How much of the payload was not read yet, in bytes.</summary>
    public int RemainingPayload { get; private set; }

    /// <summary>Whether the payload and the restored tail were used up without a final block among them.</summary>
    public bool FinalBlockServed => _stage == LastStage;

    /// <summary>Whether even the final block was not enough: the payload stops in the middle of a block.</summary>
    public bool RanDry { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_stage == 0 && _payload.IsEmpty)
        {
            _stage = 1;
        }

        if (_stage == 0)
        {
            var count = Math.Min(Math.Min(buffer.Length, _maxReadBytes), _payload.Length);
            _payload.Span[..count].CopyTo(buffer);
            _payload = _payload[count..];
            RemainingPayload = _payload.Length;
            return count;
        }

        ReadOnlySpan<byte> served = _stage switch
        {
            1 => [0x00, 0x00, 0xFF, 0xFF],
            2 => [0x01, 0x00, 0x00, 0xFF, 0xFF],
            _ => [],
        };
        RanDry |= served.IsEmpty;
        _stage = Math.Min(_stage + 1, LastStage);
        served.CopyTo(buffer);
        return served.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
