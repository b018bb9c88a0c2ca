namespace Culvert.Protocol.Ndjson;

/// <summary>Cuts bytes that arrive in pieces into lines. Not thread-safe. Holds at most one unfinished line.</summary>
/// <remarks>
/// LF and CRLF end a line; blank lines are skipped. Call <see cref="Read"/> until it returns
/// <see cref="NdjsonLine.None"/>, then again with the next bytes, and <see cref="IsIncomplete"/> at the end.
/// </remarks>
public sealed class NdjsonLineReader
{
    /// <summary>Default bound of one line: 1 MiB.</summary>
    public const int DefaultMaxLineBytes = 1024 * 1024;

    private readonly int _maxLineBytes;
    private byte[] _kept = new byte[256];
    private int _length;
    private bool _returned;
    private bool _skipping;

    /// <summary>Starts an input.</summary>
    /// <param name="maxLineBytes">Bytes of a line without its line break, at most; default 1 MiB.</param>
    public NdjsonLineReader(int maxLineBytes = DefaultMaxLineBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLineBytes, 1);
        _maxLineBytes = maxLineBytes;
    }

    /// <summary>True when the input ended, or would end now, within a line: that line is broken off.</summary>
    public bool IsIncomplete => (_length > 0 && !_returned) || _skipping;

    /// <summary>Takes the next line.</summary>
    /// <param name="bytes">Input not read so far; what was read is cut off, and kept if the line is unfinished.</param>
    /// <param name="line">The line without its break; valid until the next call.</param>
    public NdjsonLine Read(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        if (_returned)
        {
            _length = 0;
            _returned = false;
        }

        while (true)
        {
            var index = bytes.IndexOf((byte)'\n');
            if (index < 0)
            {
                line = default;
                return KeepAll(ref bytes);
            }

            var piece = bytes[..index];
            bytes = bytes[(index + 1)..];
            if (_skipping)
            {
                _skipping = false;
                continue;
            }

            var tooLong = _length + piece.Length > _maxLineBytes + 1;
            line = tooLong ? default : TrimEnd(Join(piece));
            if (tooLong || line.Length > _maxLineBytes)
            {
                _length = 0;
                _returned = false;
                line = default;
                return NdjsonLine.TooLong;
            }

            if (!line.IsEmpty)
            {
                return NdjsonLine.Line;
            }

            _length = 0;
            _returned = false;
        }
    }

    private NdjsonLine KeepAll(ref ReadOnlySpan<byte> bytes)
    {
        var piece = bytes;
        bytes = default;
        if (_skipping)
        {
            return NdjsonLine.None;
        }

        // One byte more than the bound may be the CR of the line break; two cannot.
        if (_length + piece.Length > _maxLineBytes + 1)
        {
            _length = 0;
            _skipping = true;
            return NdjsonLine.TooLong;
        }

        Append(piece);
        return NdjsonLine.None;
    }

    // A line that arrived whole is not copied.
    private ReadOnlySpan<byte> Join(ReadOnlySpan<byte> piece)
    {
        if (_length == 0)
        {
            return piece;
        }

        Append(piece);
        _returned = true;
        return _kept.AsSpan(0, _length);
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_kept.Length - _length < piece.Length)
        {
            Array.Resize(ref _kept, Math.Max(_kept.Length * 2, _length + piece.Length));
        }

        piece.CopyTo(_kept.AsSpan(_length));
        _length += piece.Length;
    }

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> line) =>
        !line.IsEmpty && line[^1] == '\r' ? line[..^1] : line;
}
