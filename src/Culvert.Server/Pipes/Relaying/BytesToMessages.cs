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
    /// <summary>Largest frame made of bytes without a length, and most that is held back.</summary>
    private const int ChunkBytes = 16 * 1024;

    private const int PrefixBytes = 4;

    private readonly RelayRules _rules;
    private readonly Opcode _opcode;
    private readonly byte[] _buffer = new byte[FrameHeader.MaxLength];
    private Utf8Validator _utf8;
    private long _messages;
    private long _bytes;

    /// <summary>Of the message with a length that is being sent: what is still to come.</summary>
    private long _remaining;
    private uint _key;
    private int _phase;

    /// <summary>Of the line that is being sent in fragments: what has gone out.</summary>
    private long _line;
    private bool _holds;

    public BytesToMessages(Relay relay, Leg from, Leg to, bool fromFirst)
        : base(relay, from, to, fromFirst)
    {
        _rules = relay.Rules;
        _opcode = _rules.Text || _rules.Framing == Framing.Line ? Opcode.Text : Opcode.Binary;
    }

    public override long Messages => _messages;

    public override long Bytes => _bytes;

    protected override bool AtBoundary => _remaining == 0;

    protected override bool IsWhole => _remaining == 0 && _line == 0 && !_holds;

    protected override async ValueTask<Taken> TakeAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        var rest = input;
        while (!rest.IsEmpty && !SourceEnded)
        {
            var count = _rules.Framing switch
            {
                Framing.Line => await TakeLineAsync(rest, isLast),
                Framing.Length => await TakeLengthAsync(rest),
                _ => await TakeRawAsync(rest),
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
        var chunk = input.Slice(0, Math.Min(input.Length, ChunkBytes));
        if (_opcode == Opcode.Text)
        {
            chunk = chunk.Slice(0, chunk.Length - UnfinishedTail(chunk));
        }

        if (!chunk.IsEmpty)
        {
            await SendFrameAsync(chunk, isFirst: true, fin: true);
        }

        return chunk.Length;
    }

    private async ValueTask<long> TakeLineAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        var end = input.PositionOf((byte)'\n');
        var line = end is { } position ? input.Slice(0, position) : input;
        if (end is null && !isLast && line.Length < ChunkBytes)
        {
            return 0;
        }

        if (_line + line.Length > _rules.MaxMessageBytes)
        {
            await EndByViolationAsync(CloseCode.MessageTooBig, $"line over {_rules.MaxMessageBytes} bytes");
            return input.Length;
        }

        var fin = end is not null || isLast;
        await SendFrameAsync(line, isFirst: _line == 0, fin);
        _line = fin ? 0 : _line + line.Length;
        return line.Length + (end is null ? 0 : 1);
    }

    private async ValueTask<long> TakeLengthAsync(ReadOnlySequence<byte> input)
    {
        if (_remaining > 0)
        {
            var count = (int)Math.Min(Math.Min(input.Length, ChunkBytes), _remaining);
            await SendPartAsync(input.Slice(0, count));
            return count;
        }

        if (input.Length < PrefixBytes)
        {
            return 0;
        }

        var length = ReadPrefix(input);
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
        return PrefixBytes;
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

    private async ValueTask SendFrameAsync(ReadOnlySequence<byte> payload, bool isFirst, bool fin)
    {
        var length = (int)payload.Length;
        var frame = new byte[FrameHeader.MaxLength + length];
        var header = Header(length, isFirst, fin);
        var start = header.Write(frame);
        payload.CopyTo(frame.AsSpan(start));
        if (isFirst)
        {
            _utf8 = default;
        }

        if (!await CheckAsync(frame.AsMemory(start, length), fin))
        {
            return;
        }

        if (header.Masked)
        {
            Masking.Apply(frame.AsSpan(start, length), header.MaskKey, 0);
        }

        _bytes += length;
        _messages += fin ? 1 : 0;
        await SendAsync(frame.AsMemory(0, start + length));
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

    private static uint ReadPrefix(in ReadOnlySequence<byte> input)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        input.Slice(0, PrefixBytes).CopyTo(prefix);
        return BinaryPrimitives.ReadUInt32BigEndian(prefix);
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
