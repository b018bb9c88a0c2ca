using System.Buffers;
using System.Buffers.Binary;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// From bytes to a WebSocket: messages by the relay's framing, sent as soon as there is something to send.
/// </summary>
/// <remarks>
/// Holds at most a chunk: a longer line goes out in fragments, and the frame of a message with a length is begun
/// before all of it is there.
/// </remarks>
internal sealed class BytesToMessages : Direction
{
    private readonly RelayRules _rules;
    private readonly bool _isTyped;
    private readonly LineForm? _form;
    private readonly byte[] _buffer = new byte[FrameHeader.MaxLength];
    private Opcode _opcode;
    private Utf8Validator _utf8;
    private long _messages;
    private long _bytes;

    /// <summary>Of the message with a length that is being sent: what is still to come.</summary>
    private long _remaining;
    private uint _key;
    private int _phase;

    /// <summary>Of the line that is being sent in fragments: what has gone out.</summary>
    private long _line;
    private bool _inLine;
    private bool _holds;

    public BytesToMessages(Relay relay, Leg from, Leg to, bool fromFirst)
        : base(relay, from, to, fromFirst)
    {
        _rules = relay.Rules;
        _isTyped = _rules.Framing == Framing.TypedLength;
        _form = LineForm.For(_rules.Framing);
        _opcode = _rules.Text || _rules.Framing is Framing.Line or Framing.SplitLine or Framing.JsonLine
            ? Opcode.Text
            : Opcode.Binary;
    }

    public override long Messages => _messages;

    public override long Bytes => _bytes;

    protected override bool AtBoundary => _remaining == 0;

    protected override bool IsWhole => _remaining == 0 && !_inLine && !_holds;

    // What comes last of a line without its end is one all the same, unless it was torn off.
    private bool EndsLine => From.EndNote is not null || !From.EndedAbnormally;

    protected override async ValueTask<Taken> TakeAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        var rest = input;
        while (!rest.IsEmpty && !SourceEnded)
        {
            var count = _rules.Framing switch
            {
                Framing.Raw => await TakeRawAsync(rest),
                Framing.Length or Framing.TypedLength => await TakeLengthAsync(rest),
                _ => await TakeLineAsync(rest, isLast && EndsLine),
            };
            if (count == 0)
            {
                _holds = true;
                return new Taken(rest.Start, input.End);
            }

            _holds = false;
            rest = rest.Slice(count);
            if (HasMail && AtBoundary)
            {
                return new Taken(rest.Start, rest.Start);
            }
        }

        return new Taken(input.End, input.End);
    }

    private async ValueTask<long> TakeRawAsync(ReadOnlySequence<byte> input)
    {
        var chunk = input.Slice(0, Math.Min(input.Length, _rules.ChunkBytes));
        if (_opcode == Opcode.Text)
        {
            chunk = chunk.Slice(0, chunk.Length - UnfinishedTail(chunk));
        }

        if (!chunk.IsEmpty)
        {
            var frame = new byte[FrameHeader.MaxLength + chunk.Length];
            chunk.CopyTo(frame.AsSpan(FrameHeader.MaxLength));
            await SendFrameAsync(frame, isFirst: true, fin: true);
        }

        return chunk.Length;
    }

    private async ValueTask<long> TakeLineAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        var end = input.PositionOf((byte)'\n');
        var line = end is { } position ? input.Slice(0, position) : input;
        if (end is null && !isLast && line.Length < _rules.ChunkBytes)
        {
            return 0;
        }

        var fin = end is not null || isLast;
        if (!TryRead(line, fin, out var taken, out var frame))
        {
            await EndByViolationAsync(CloseCode.InvalidPayload, "a line is not of its form");
            return input.Length;
        }

        var length = frame.Length - FrameHeader.MaxLength;
        if (_line + length > _rules.MaxMessageBytes)
        {
            await EndByViolationAsync(CloseCode.MessageTooBig, $"line over {_rules.MaxMessageBytes} bytes");
            return input.Length;
        }

        await SendFrameAsync(frame, isFirst: !_inLine, fin);
        _inLine = !fin;
        _line = fin ? 0 : _line + length;
        return taken + (end is null ? 0 : 1);
    }

    /// <summary>What a line says, or a part of it, behind the room for a header. False when it says nothing.</summary>
    private bool TryRead(in ReadOnlySequence<byte> line, bool isEnd, out int taken, out Memory<byte> frame)
    {
        var buffer = new byte[FrameHeader.MaxLength + line.Length];
        var written = taken = (int)line.Length;
        frame = default;
        if (_form is null)
        {
            line.CopyTo(buffer.AsSpan(FrameHeader.MaxLength));
        }
        else if (!_form.TryDecode(
            line.ToArray(), isEnd, buffer.AsSpan(FrameHeader.MaxLength), out taken, out written))
        {
            return false;
        }

        frame = buffer.AsMemory(0, FrameHeader.MaxLength + written);
        return true;
    }

    private async ValueTask<long> TakeLengthAsync(ReadOnlySequence<byte> input)
    {
        if (_remaining > 0)
        {
            var count = (int)Math.Min(Math.Min(input.Length, _rules.ChunkBytes), _remaining);
            await SendPartAsync(input.Slice(0, count));
            return count;
        }

        var prefixLength = _isTyped ? 5 : 4;
        if (input.Length < prefixLength)
        {
            return 0;
        }

        if (_isTyped && !TryTakeType(input))
        {
            await EndByViolationAsync(CloseCode.ProtocolError, "a message of no type");
            return input.Length;
        }

        var length = ReadLength(input.Slice(prefixLength - 4, 4));
        if (length > _rules.MaxMessageBytes)
        {
            await EndByViolationAsync(CloseCode.MessageTooBig, $"message over {_rules.MaxMessageBytes} bytes");
            return input.Length;
        }

        _utf8 = default;
        _phase = 0;
        _remaining = length;
        _messages += length == 0 ? 1 : 0;
        await SendAsync(_buffer.AsMemory(0, Header(length, isFirst: true, fin: true).Write(_buffer)));
        return prefixLength;
    }

    /// <summary>A part of a message whose header has gone out.</summary>
    private async ValueTask SendPartAsync(ReadOnlySequence<byte> part)
    {
        var bytes = part.ToArray();
        if (!await CheckAsync(bytes, isEnd: bytes.Length == _remaining))
        {
            return;
        }

        _remaining -= bytes.Length;
        _bytes += bytes.Length;
        _messages += _remaining == 0 ? 1 : 0;
        if (To.Kind == LegKind.WebSocketClient)
        {
            _phase = Masking.Apply(bytes, _key, _phase);
        }

        await SendAsync(bytes);
    }

    /// <param name="frame">Room for the longest header, and the payload.</param>
    /// <param name="isFirst">Of its message.</param>
    /// <param name="fin">The last of its message.</param>
    private async ValueTask SendFrameAsync(Memory<byte> frame, bool isFirst, bool fin)
    {
        var payload = frame[FrameHeader.MaxLength..];
        if (isFirst)
        {
            _utf8 = default;
        }

        if (!await CheckAsync(payload, fin))
        {
            return;
        }

        var header = Header(payload.Length, isFirst, fin);
        if (header.Masked)
        {
            Masking.Apply(payload.Span, header.MaskKey, 0);
        }

        var start = FrameHeader.MaxLength - header.Length;
        header.Write(frame.Span[start..]);
        _bytes += payload.Length;
        _messages += fin ? 1 : 0;
        await SendAsync(frame[start..]);
    }

    /// <summary>False when it should be a text and is none; the session ends then.</summary>
    private async ValueTask<bool> CheckAsync(ReadOnlyMemory<byte> bytes, bool isEnd)
    {
        if (_opcode != Opcode.Text || (_utf8.Append(bytes.Span) && (!isEnd || _utf8.IsComplete)))
        {
            return true;
        }

        await EndByViolationAsync(CloseCode.InvalidPayload, "not UTF-8");
        return false;
    }

    private FrameHeader Header(long length, bool isFirst, bool fin)
    {
        var masks = To.Kind == LegKind.WebSocketClient;
        _key = masks ? Parting.NewKey() : 0;
        return new FrameHeader
        {
            Fin = fin,
            Opcode = isFirst ? _opcode : Opcode.Continuation,
            Masked = masks,
            MaskKey = _key,
            PayloadLength = length,
        };
    }

    private bool TryTakeType(in ReadOnlySequence<byte> input)
    {
        _opcode = (Opcode)FrameForwarder.FirstOf(input).Span[0];
        return _opcode is Opcode.Text or Opcode.Binary;
    }

    private static uint ReadLength(in ReadOnlySequence<byte> input)
    {
        Span<byte> length = stackalloc byte[4];
        input.CopyTo(length);
        return BinaryPrimitives.ReadUInt32BigEndian(length);
    }

    /// <summary>How many bytes at the end begin a character that does not end here, 0 to 3.</summary>
    private static int UnfinishedTail(in ReadOnlySequence<byte> chunk)
    {
        Span<byte> tail = stackalloc byte[3];
        var count = (int)Math.Min(chunk.Length, tail.Length);
        chunk.Slice(chunk.Length - count).CopyTo(tail);
        for (var back = 1; back <= count; back++)
        {
            var value = tail[count - back];
            if ((value & 0xC0) != 0x80)
            {
                // What begins no character is not waited for: it is refused at once.
                var length = value switch { >= 0xF5 => 1, >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC2 => 2, _ => 1 };
                return length > back ? back : 0;
            }
        }

        return 0;
    }
}
