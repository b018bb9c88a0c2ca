using System.Buffers;
using System.IO.Compression;

namespace Culvert.Server.Accounts.Avatars;

/// <summary>Reads a PNG from strangers: every length, order and checksum is checked. Used by one thread.</summary>
/// <remarks>
/// Never takes more memory than the file, and the pixels that the header announces, which are bounded: what unpacks to
/// more or less than that is refused.
/// </remarks>
internal sealed class PngReader
{
    private readonly ArrayBufferWriter<byte> _packed = new();
    private PngHeader _header;
    private byte[]? _palette;
    private byte[] _transparency = [];
    private bool _hasEnded;
    private bool _isDataOver;
    private string? _problem;

    private PngReader()
    {
    }

    /// <summary>The picture; or null, and a sentence that says what is wrong.</summary>
    public static Picture? Read(ReadOnlySpan<byte> file, int maxSide, out string? problem)
    {
        var reader = new PngReader();
        var picture = reader.ReadChunks(file, maxSide) ? reader.ReadPixels() : null;
        problem = picture is null ? reader._problem ?? "The picture is damaged." : null;
        return picture;
    }

    private bool ReadChunks(ReadOnlySpan<byte> file, int maxSide)
    {
        if (!file.StartsWith(PngFormat.Signature))
        {
            _problem = "The picture is no PNG.";
            return false;
        }

        var rest = file[PngFormat.Signature.Length..];
        for (var isFirst = true; !_hasEnded; isFirst = false)
        {
            if (rest.Length < PngFormat.ChunkOverhead
                || PngFormat.UInt32(rest) is var length && length > rest.Length - PngFormat.ChunkOverhead)
            {
                return false;
            }

            var typed = rest.Slice(4, 4 + (int)length);
            rest = rest[(4 + typed.Length)..];
            if (PngFormat.UInt32(rest) != PngFormat.Crc(typed))
            {
                return false;
            }

            rest = rest[4..];
            var type = PngFormat.UInt32(typed);
            if (isFirst != (type == PngFormat.Header) || !TakeChunk(type, typed[4..], maxSide))
            {
                return false;
            }
        }

        return rest.IsEmpty && _packed.WrittenCount > 0;
    }

    private bool TakeChunk(uint type, ReadOnlySpan<byte> data, int maxSide)
    {
        // Its parts follow each other without anything between.
        _isDataOver |= type != PngFormat.Data && _packed.WrittenCount > 0;
        switch (type)
        {
            case PngFormat.Header:
                if (PngHeader.Read(data, maxSide, out var problem) is not { } header)
                {
                    _problem = problem;
                    return false;
                }

                _header = header;
                return true;
            case PngFormat.Palette:
                return TakePalette(data);
            case PngFormat.Transparency:
                return TakeTransparency(data);
            case PngFormat.Data:
                _packed.Write(data);
                return !_isDataOver && (!_header.HasPalette || _palette is not null);
            case PngFormat.End:
                _hasEnded = true;
                return data.IsEmpty;
            default:
                // Bit 5 of the first letter: what a reader may leave aside.
                return (type & 0x2000_0000) != 0;
        }
    }

    private bool TakePalette(ReadOnlySpan<byte> data)
    {
        if (_palette is not null || _isDataOver || _header.Colour is 0 or 4
            || data.Length is 0 or > 768 || data.Length % 3 != 0)
        {
            return false;
        }

        _palette = data.ToArray();
        return true;
    }

    private bool TakeTransparency(ReadOnlySpan<byte> data)
    {
        var fits = _header.Colour switch
        {
            0 => data.Length == 2,
            2 => data.Length == 6,
            3 => data.Length > 0 && data.Length * 3 <= (_palette?.Length ?? 0),
            _ => false,
        };
        if (!fits || _isDataOver || _transparency.Length > 0)
        {
            return false;
        }

        _transparency = data.ToArray();
        return true;
    }

    private Picture? ReadPixels()
    {
        var rows = new byte[(_header.Stride + 1) * _header.Height];
        if (!Unpack(rows))
        {
            return null;
        }

        var pixels = new byte[_header.Width * _header.Height * Picture.BytesPerPixel];
        var above = new byte[_header.Stride];
        for (var y = 0; y < _header.Height; y++)
        {
            var filtered = rows.AsSpan(y * (_header.Stride + 1), _header.Stride + 1);
            var row = filtered[1..];
            if (!Unfilter(filtered[0], row, above, _header.Samples))
            {
                return null;
            }

            var width = _header.Width * Picture.BytesPerPixel;
            if (!TryColour(row, pixels.AsSpan(y * width, width)))
            {
                return null;
            }

            row.CopyTo(above);
        }

        return new Picture(_header.Width, _header.Height, pixels);
    }

    /// <summary>False when there is less than the rows need, or more.</summary>
    private bool Unpack(byte[] rows)
    {
        try
        {
            using var packed = new MemoryStream(_packed.WrittenSpan.ToArray());
            using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
            return unpacked.ReadAtLeast(rows, rows.Length, throwOnEndOfStream: false) == rows.Length
                && unpacked.ReadByte() < 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Undoes the filter of one row (§9.2).</summary>
    private static bool Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int samples)
    {
        for (var i = 0; i < row.Length; i++)
        {
            var left = i < samples ? (byte)0 : row[i - samples];
            var corner = i < samples ? (byte)0 : above[i - samples];
            row[i] += filter switch
            {
                1 => left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                4 => PngFormat.Paeth(left, above[i], corner),
                _ => 0,
            };
        }

        return filter <= 4;
    }

    /// <summary>Makes the four samples of each pixel; false for a colour that is not in the palette.</summary>
    private bool TryColour(ReadOnlySpan<byte> row, Span<byte> pixels)
    {
        for (int from = 0, to = 0; from < row.Length; from += _header.Samples, to += Picture.BytesPerPixel)
        {
            var sample = row.Slice(from, _header.Samples);
            var pixel = pixels.Slice(to, Picture.BytesPerPixel);
            switch (_header.Colour)
            {
                case 0 or 4:
                    pixel[..3].Fill(sample[0]);
                    break;
                case 3:
                    if (_palette is null || sample[0] * 3 >= _palette.Length)
                    {
                        return false;
                    }

                    _palette.AsSpan(sample[0] * 3, 3).CopyTo(pixel);
                    break;
                default:
                    sample[..3].CopyTo(pixel);
                    break;
            }

            pixel[3] = AlphaOf(sample);
        }

        return true;
    }

    private byte AlphaOf(ReadOnlySpan<byte> sample) => _header.Colour switch
    {
        4 or 6 => sample[^1],
        3 => sample[0] < _transparency.Length ? _transparency[sample[0]] : byte.MaxValue,
        _ => IsTransparent(sample) ? (byte)0 : byte.MaxValue,
    };

    /// <summary>One colour of a picture without alpha may stand for nothing; its samples have 16 bits there.</summary>
    private bool IsTransparent(ReadOnlySpan<byte> sample)
    {
        if (_transparency.Length == 0)
        {
            return false;
        }

        for (var i = 0; i < sample.Length; i++)
        {
            if (_transparency[2 * i] != 0 || _transparency[(2 * i) + 1] != sample[i])
            {
                return false;
            }
        }

        return true;
    }
}
