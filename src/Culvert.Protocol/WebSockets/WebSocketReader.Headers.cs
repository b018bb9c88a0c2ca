using System.Runtime.CompilerServices;

namespace Culvert.Protocol.WebSockets;

/// <content>The headers of frames: read wherever they are cut, and judged before any payload.</content>
public sealed partial class WebSocketReader
{
    private HeaderBytes _headerBytes;
    private int _headerCount;

    private ParseStatus ReadHeader(ReadOnlySpan<byte> source, out int taken)
    {
        if (_headerCount == 0)
        {
            var status = FrameHeader.TryParse(source, out _frame, out taken);
            if (status != ParseStatus.NeedsMoreData)
            {
                return status;
            }
        }

        // Cut by the end of a segment: gathered byte by byte, because only parsing tells where a header ends.
        Span<byte> gathered = _headerBytes;
        for (taken = 0; taken < source.Length;)
        {
            gathered[_headerCount++] = source[taken++];
            var status = FrameHeader.TryParse(gathered[.._headerCount], out _frame, out _);
            if (status != ParseStatus.NeedsMoreData)
            {
                _headerCount = 0;
                return status;
            }
        }

        return ParseStatus.NeedsMoreData;
    }

    /// <summary>What a valid header may still not be, here and now; checked before any payload is read.</summary>
    private bool Refuse(out WebSocketEvent result)
    {
        var compressed = _frame.Opcode == Opcode.Continuation ? _compressed : _frame.Rsv1;
        var progress = new FrameRules.Progress(_opcode, compressed, _announcedBytes);
        if (FrameRules.Violation(_frame, _options, progress, out var code) is { } reason)
        {
            RefusedBytes = code == CloseCode.MessageTooBig ? _announcedBytes + _frame.PayloadLength : 0;
            return Fail(code, reason, out result);
        }

        result = default;
        return false;
    }

    private void BeginFrame()
    {
        _inFrame = true;
        _remaining = _frame.PayloadLength;
        _maskPhase = 0;
        if (_frame.IsControl)
        {
            return;
        }

        _announcedBytes += _frame.PayloadLength;
        if (_frame.Opcode != Opcode.Continuation)
        {
            _opcode = _frame.Opcode;
            _compressed = _frame.Rsv1;
        }
    }

    [InlineArray(FrameHeader.MaxLength)]
    private struct HeaderBytes
    {
        private byte _first;
    }
}
