using System.Buffers;
using System.Buffers.Text;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>Messages as lines of base64 with padding (RFC 4648 §4).</summary>
internal sealed class Base64LineForm : LineForm
{
    /// <summary>At the end of what is there may stand padding, which only the end of the line proves right.</summary>
    private const int HeldBytes = 8;

    private readonly byte[] _rest = new byte[2];
    private int _restLength;

    public override int Encode(ReadOnlySpan<byte> piece, bool isEnd, Span<byte> line)
    {
        Span<byte> source = stackalloc byte[PieceBytes + 2];
        _rest.AsSpan(0, _restLength).CopyTo(source);
        piece.CopyTo(source[_restLength..]);
        source = source[..(_restLength + piece.Length)];
        Base64.EncodeToUtf8(source, line, out var consumed, out var written, isEnd);
        source = source[consumed..];
        source.CopyTo(_rest);
        _restLength = source.Length;
        if (isEnd)
        {
            line[written++] = (byte)'\n';
        }

        return written;
    }

    public override bool TryDecode(
        ReadOnlySpan<byte> line, bool isEnd, Span<byte> message, out int consumed, out int written)
    {
        var whole = isEnd ? WithoutReturn(line) : line[..((line.Length - HeldBytes) & ~3)];
        var status = Base64.DecodeFromUtf8(whole, message, out consumed, out written, isEnd);
        var isAll = consumed == whole.Length;
        consumed = isEnd ? line.Length : consumed;

        // .NET passes over white space, and does so at some cuts only.
        return status == OperationStatus.Done && isAll && !whole.ContainsAny(" \t\r"u8);
    }
}
