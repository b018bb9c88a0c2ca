using System.IO.Compression;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// Restores messages of permessage-deflate without context takeover (RFC 7692 §7.2.2) while they come. Not for
/// concurrent use; between messages it holds nothing.
/// </summary>
/// <remarks>
/// A final block may end the data of a message (§7.2.3.4); senders let at most the byte that fills up follow. Data of a
/// further block behind it is refused: the runtime's inflater does not say where the first has ended.
/// </remarks>
internal sealed class MessageInflater : IDisposable
{
    /// <summary>So much of each piece is inflated byte by byte, to see whether a final block ends in it.</summary>
    private const int SingleBytes = 2;

    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];
    private static readonly byte[] FinalBlock = [0x01, 0x00, 0x00, 0xFF, 0xFF];

    private readonly PieceStream _source = new();
    private DeflateStream? _inflating;
    private ReadOnlyMemory<byte> _rest;
    private Stage _stage;
    private int _fed;
    private bool _isEnd;
    private bool _hasFilled;

    private enum Stage
    {
        Nothing,
        Payload,
        Tail,
        FinalBlock,
        Finished,
    }

    /// <summary>Gives it the next piece of the message, once it is dry.</summary>
    /// <param name="piece">Must stay as it is until it is dry.</param>
    /// <param name="isEnd">True when it is the message's last.</param>
    public void Add(ReadOnlyMemory<byte> piece, bool isEnd)
    {
        _rest = piece;
        _isEnd = isEnd;
        if (_inflating is null)
        {
            _inflating = new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
            _stage = Stage.Nothing;
            _hasFilled = false;
        }
    }

    /// <summary>Restores as much as there is room for.</summary>
    /// <param name="buffer">Gets it.</param>
    /// <param name="count">How much that was.</param>
    /// <param name="isDry">True when there is no more of what was given.</param>
    /// <returns>False when the data is broken.</returns>
    public bool TryRead(Span<byte> buffer, out int count, out bool isDry)
    {
        (count, isDry) = (0, false);
        try
        {
            while (count < buffer.Length)
            {
                _source.RanDry = false;
                var read = _inflating!.Read(buffer[count..]);
                count += read;
                if (read > 0)
                {
                    continue;
                }

                if (!_source.RanDry && _stage != Stage.Finished && !TryFinish())
                {
                    return false;
                }

                if (!TryFeed(out isDry))
                {
                    return false;
                }

                if (isDry)
                {
                    EndIfLast();
                    return true;
                }
            }

            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _inflating?.Dispose();
        _inflating = null;

        // Holds nothing itself, so it serves the next message too.
        _source.Dispose();
    }

    /// <summary>A final block has ended: ours, or the sender's with no more behind it than fills up.</summary>
    private bool TryFinish()
    {
        var wasOurs = _stage == Stage.FinalBlock;
        _stage = Stage.Finished;
        return wasOurs || _fed == 1;
    }

    /// <summary>Gives the inflater what comes next; false when nothing of it may come.</summary>
    private bool TryFeed(out bool isDry)
    {
        isDry = false;
        if (_stage == Stage.Finished)
        {
            isDry = true;
            var isFill = _rest.Length == 1 && _rest.Span[0] == 0 && !_hasFilled;
            _hasFilled |= isFill;
            return _rest.IsEmpty || isFill;
        }

        if (!_rest.IsEmpty)
        {
            _stage = Stage.Payload;
            _fed = _rest.Length > SingleBytes ? _rest.Length - SingleBytes : 1;
            _source.Piece = _rest[.._fed];
            _rest = _rest[_fed..];
            return true;
        }

        // Nothing at all stands for an empty message, as zlib takes it.
        if (!_isEnd || _stage == Stage.Nothing)
        {
            isDry = true;
            return true;
        }

        // Who is not through even with the block that we add stopped in the middle of one.
        _source.Piece = _stage == Stage.Payload ? Tail : FinalBlock;
        _fed = _source.Piece.Length;
        _stage++;
        return _stage != Stage.Finished;
    }

    private void EndIfLast()
    {
        if (_isEnd)
        {
            Dispose();
        }
    }

    /// <summary>What the inflater reads from: a piece at a time, and between pieces nothing.</summary>
    private sealed class PieceStream : Stream
    {
        public ReadOnlyMemory<byte> Piece { get; set; }

        /// <summary>True when more was asked for than there is.</summary>
        public bool RanDry { get; set; }

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
            RanDry |= Piece.IsEmpty;
            var count = Math.Min(buffer.Length, Piece.Length);
            Piece.Span[..count].CopyTo(buffer);
            Piece = Piece[count..];
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
