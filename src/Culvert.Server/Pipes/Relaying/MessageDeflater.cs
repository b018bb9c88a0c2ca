using System.IO.Compression;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// Compresses messages for permessage-deflate without context takeover (RFC 7692 §7.2.1) while they come: what is given
/// can be read by the receiver at once. Not for concurrent use; between messages it holds no compressor.
/// </summary>
internal sealed class MessageDeflater : IDisposable
{
    /// <summary>Each flush ends in 00 00 FF FF, and the last of them a message goes without.</summary>
    private const int TailBytes = 4;

    private readonly MemoryStream _target = new();
    private DeflateStream? _deflating;
    private bool _holdsTail;

    /// <summary>Compresses the next piece.</summary>
    /// <param name="piece">May be empty.</param>
    /// <param name="isEnd">True when it is the message's last.</param>
    /// <returns>What to send, together with the earlier pieces'; valid until the next call.</returns>
    public ReadOnlyMemory<byte> Add(ReadOnlySpan<byte> piece, bool isEnd)
    {
        _target.SetLength(0);
        if (_deflating is null)
        {
            _deflating = new DeflateStream(_target, CompressionLevel.Optimal, leaveOpen: true);
        }
        else if (_holdsTail)
        {
            // That was not the end of the message after all.
            _target.Write([0x00, 0x00, 0xFF, 0xFF]);
        }

        _deflating.Write(piece);
        _deflating.Flush();
        _holdsTail = _target.Length >= TailBytes;
        var length = _holdsTail ? (int)_target.Length - TailBytes : 0;
        if (isEnd)
        {
            // Adds a final block, which is not looked at.
            Dispose();
        }

        return _target.GetBuffer().AsMemory(0, length);
    }

    public void Dispose()
    {
        _deflating?.Dispose();
        _deflating = null;
    }
}
