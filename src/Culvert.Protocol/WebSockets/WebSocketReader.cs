using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Culvert.Protocol.WebSockets;

/// <summary>
/// Turns the bytes of one direction of a connection into messages and control frames (RFC 6455 §5 to §8), and refuses
/// everything that the RFC forbids. Does no I/O. One per connection, for one caller at a time.
/// </summary>
/// <remarks>
/// <para>
/// Between messages it holds no buffer. A message that lies whole in one segment of the input is unmasked where it
/// lies and handed out without a copy; any other is gathered in a pooled array that grows with the bytes received,
/// never with the length announced. With <see cref="WebSocketReaderOptions.MaxPiecedBytes"/> a message that is not
/// compressed is handed out in pieces as it comes, and nothing of it is gathered.
/// </para>
/// <para>
/// What it yields does not depend on how the input is cut: the same bytes give the same events in any pieces, but for
/// where the pieces of a message are cut.
/// </para>
/// </remarks>
public sealed partial class WebSocketReader : IDisposable
{
    private readonly WebSocketReaderOptions _options;

    // Gathered fragments; and control payloads or inflated messages, which never live at the same time.
    private PooledBuffer? _message;
    private PooledBuffer? _scratch;

    /// <summary>The buffer that the last event shows; given back at the next call.</summary>
    private PooledBuffer? _lent;

    private FrameHeader _frame;
    private bool _inFrame;
    private long _remaining;
    private int _maskPhase;

    /// <summary>Of the message in progress; <see cref="Opcode.Continuation"/> when there is none.</summary>
    private Opcode _opcode;
    private bool _compressed;
    private long _announcedBytes;

    /// <summary>Back at its start whenever a message is complete, and not used again when one fails.</summary>
    private Utf8Validator _utf8;

    /// <summary>Creates a reader at the first byte after the handshake.</summary>
    public WebSocketReader(WebSocketReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>
    /// Whether a Close or a failure was yielded or the reader was disposed. Further input is taken and ignored: after
    /// the peer's Close nothing it sends means anything (§5.5.1), after a failure nothing can be trusted (§7.1.7).
    /// </summary>
    public bool HasEnded { get; private set; }

    /// <summary>
    /// Whether a message has begun and not ended: what decides if an end of the input cuts one short.
    /// </summary>
    public bool IsInMessage => _opcode != Opcode.Continuation || _inFrame || _headerCount > 0;

    /// <summary>
    /// After a failure with 1009, how many bytes the refused message had announced by then, as they travel; 0 before,
    /// and when only inflating showed the size.
    /// </summary>
    public long RefusedBytes { get; private set; }

    /// <summary>For tests: whether any pooled array is held.</summary>
    internal bool HoldsBuffer => _message is { HoldsArray: true } || _scratch is { HoldsArray: true };

    /// <summary>
    /// Takes bytes from <paramref name="input"/> up to the next event. Call again until it returns false: only then is
    /// all input taken, and the buffer behind the last payload given back.
    /// </summary>
    /// <param name="input">
    /// What was received, less what earlier calls took. On return it begins behind the bytes taken; when the result is
    /// false it is empty, and nothing of it needs to be kept for the next call. A server's reader unmasks payloads in
    /// place: the memory must be writable and owned by the caller, as that of a pipe is.
    /// </param>
    /// <param name="result">The event, when the result is true.</param>
    public bool TryRead(ref ReadOnlySequence<byte> input, out WebSocketEvent result)
    {
        _lent?.Release();
        _lent = null;
        result = default;
        while (!HasEnded && !input.IsEmpty)
        {
            var yielded = ReadSegment(MemoryMarshal.AsMemory(FirstSegment(input)), out var taken, out result);
            input = input.Slice(taken);
            if (yielded)
            {
                return true;
            }
        }

        input = input.Slice(input.End);
        return false;
    }

    /// <summary>
    /// Gives back any buffer, for a connection that ends in the middle of a message. The reader has ended then;
    /// payloads it yielded are invalid.
    /// </summary>
    public void Dispose()
    {
        HasEnded = true;
        _lent = null;
        _message?.Release();
        _scratch?.Release();
    }

    /// <summary>Takes frames, or what there is of them, up to the next event or the end of the segment.</summary>
    private bool ReadSegment(Memory<byte> segment, out int taken, out WebSocketEvent result)
    {
        result = default;
        taken = 0;
        while (true)
        {
            if (!_inFrame)
            {
                var status = ReadHeader(segment.Span[taken..], out var headerBytes);
                taken += headerBytes;
                if (status == ParseStatus.NeedsMoreData)
                {
                    return false;
                }

                if (status != ParseStatus.Complete)
                {
                    return Fail(CloseCode.ProtocolError, FrameRules.Describe(status), out result);
                }

                if (Refuse(out result))
                {
                    return true;
                }

                BeginFrame();
            }

            var part = segment.Slice(taken, (int)Math.Min(segment.Length - taken, _remaining));
            taken += part.Length;
            _remaining -= part.Length;
            if (_frame.Masked)
            {
                _maskPhase = Masking.Apply(part.Span, _frame.MaskKey, _maskPhase);
            }

            if (_frame.IsControl ? ReadControl(part, out result) : ReadData(part, out result))
            {
                return true;
            }

            if (_inFrame)
            {
                return false;
            }
        }
    }

    private bool ReadControl(ReadOnlyMemory<byte> payload, out WebSocketEvent result)
    {
        result = default;
        if (payload.Length < _frame.PayloadLength)
        {
            _scratch ??= new PooledBuffer(_options.MaxMessageBytes);
            _scratch.Append(payload.Span);
            if (_remaining > 0)
            {
                return false;
            }

            payload = _scratch.Written;
            _lent = _scratch;
        }

        _inFrame = false;
        switch (_frame.Opcode)
        {
            case Opcode.Ping:
                result = new WebSocketEvent(WebSocketEventKind.Ping, payload);
                return true;
            case Opcode.Pong:
                result = new WebSocketEvent(WebSocketEventKind.Pong, payload);
                return true;
            default:
                return ReadClose(payload.Span, out result);
        }
    }

    private bool ReadClose(ReadOnlySpan<byte> payload, out WebSocketEvent result)
    {
        var status = ClosePayload.TryParse(payload, out var code, out var reason);
        switch (status)
        {
            case CloseParseStatus.Truncated:
                return Fail(CloseCode.ProtocolError, "close payload of one byte", out result);
            case CloseParseStatus.InvalidCode:
                return Fail(CloseCode.ProtocolError, "invalid close code", out result);
            case CloseParseStatus.InvalidReason:
                return Fail(CloseCode.InvalidPayload, "close reason is not UTF-8", out result);
            default:
                End();
                result = new WebSocketEvent(WebSocketEventKind.Close, code, reason);
                return true;
        }
    }

    private bool ReadData(ReadOnlyMemory<byte> part, out WebSocketEvent result)
    {
        if (_options.MaxPiecedBytes > 0 && !_compressed)
        {
            return ReadPiece(part, out result);
        }

        result = default;
        var checksText = _opcode == Opcode.Text && !_compressed;
        if (_frame.Fin && _frame.Opcode != Opcode.Continuation && part.Length == _frame.PayloadLength)
        {
            return checksText && !Utf8.IsValid(part.Span)
                ? Fail(CloseCode.InvalidPayload, "text is not UTF-8", out result)
                : CompleteMessage(part, null, out result);
        }

        if (checksText && !_utf8.Append(part.Span))
        {
            return Fail(CloseCode.InvalidPayload, "text is not UTF-8", out result);
        }

        if (!part.IsEmpty)
        {
            _message ??= new PooledBuffer(FrameRules.MaxGatheredBytes(_options, _compressed));
            _message.Append(part.Span);
        }

        if (_remaining > 0)
        {
            return false;
        }

        _inFrame = false;
        if (!_frame.Fin)
        {
            return false;
        }

        if (!_utf8.IsComplete)
        {
            return Fail(CloseCode.InvalidPayload, "text is not UTF-8", out result);
        }

        return CompleteMessage(_message?.Written ?? default, _message, out result);
    }

    private bool CompleteMessage(ReadOnlyMemory<byte> payload, PooledBuffer? gathered, out WebSocketEvent result)
    {
        var kind = _opcode == Opcode.Text ? WebSocketEventKind.Text : WebSocketEventKind.Binary;
        _lent = gathered;
        if (_compressed)
        {
            _scratch ??= new PooledBuffer(_options.MaxMessageBytes);
            var status = PermessageDeflate.Inflate(payload, _scratch, _options.MaxMessageBytes);
            gathered?.Release();
            _lent = _scratch;
            payload = _scratch.Written;
            switch (status)
            {
                case InflateStatus.TooBig:
                    return Fail(CloseCode.MessageTooBig, FrameRules.TooBig(_options.MaxMessageBytes), out result);
                case InflateStatus.Invalid:
                    return Fail(CloseCode.InvalidPayload, "compressed data is invalid", out result);
            }

            if (kind == WebSocketEventKind.Text && !Utf8.IsValid(payload.Span))
            {
                return Fail(CloseCode.InvalidPayload, "text is not UTF-8", out result);
            }
        }

        EndMessage();
        result = new WebSocketEvent(kind, payload);
        return true;
    }

    /// <summary>Hands out what there is of a message, which is kept nowhere.</summary>
    private bool ReadPiece(ReadOnlyMemory<byte> part, out WebSocketEvent result)
    {
        _inFrame = _remaining > 0;
        var isText = _opcode == Opcode.Text;
        var isLast = !_inFrame && _frame.Fin;
        if (isText && (!_utf8.Append(part.Span) || (isLast && !_utf8.IsComplete)))
        {
            return Fail(CloseCode.InvalidPayload, "text is not UTF-8", out result);
        }

        if (isLast)
        {
            EndMessage();
        }

        result = new WebSocketEvent(isText ? WebSocketEventKind.Text : WebSocketEventKind.Binary, part, isLast);
        return isLast || !part.IsEmpty;
    }

    private void EndMessage()
    {
        _inFrame = false;
        _opcode = Opcode.Continuation;
        _compressed = false;
        _announcedBytes = 0;
    }

    /// <summary>
    /// A sequence may begin with segments that are empty; the input is known to have at least one byte.
    /// </summary>
    private static ReadOnlyMemory<byte> FirstSegment(in ReadOnlySequence<byte> input)
    {
        var first = input.First;
        if (!first.IsEmpty)
        {
            return first;
        }

        foreach (var segment in input)
        {
            if (!segment.IsEmpty)
            {
                return segment;
            }
        }

        throw new UnreachableException();
    }

    private bool Fail(int code, string reason, out WebSocketEvent result)
    {
        End();
        result = new WebSocketEvent(WebSocketEventKind.Failure, code, reason);
        return true;
    }

    /// <summary>Nothing follows, so nothing is kept; neither ending event shows a buffer.</summary>
    private void End()
    {
        Dispose();
        _inFrame = false;
        _headerCount = 0;
        _opcode = Opcode.Continuation;
    }
}
