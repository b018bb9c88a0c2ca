using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>From a WebSocket to bytes: the content of messages, in the relay's framing, as it comes.</summary>
/// <remarks>
/// Only a fragmented message in length framing is gathered, up to the limit of messages: its length comes before it.
/// </remarks>
internal sealed class MessagesToBytes(Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation)
    : Direction(relay, from, to, fromFirst)
{
    private static readonly byte[] LineFeed = [(byte)'\n'];

    private readonly FrameForwarder _frames = new(expectation);
    private readonly Framing _framing = relay.Rules.Framing;
    private ArrayBufferWriter<byte>? _gathered;
    private Utf8Validator _utf8;
    private bool _isText;
    private int _phase;

    public override long Messages => _frames.Messages;

    public override long Bytes => _frames.Bytes;

    // A message without its end would be taken for a whole one.
    protected override bool AtBoundary => !_frames.InFrame && (_framing == Framing.Raw || !_frames.InMessage);

    protected override async ValueTask<Taken> TakeAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        var rest = input;
        while (!rest.IsEmpty)
        {
            switch (Look(_frames, rest, out var length))
            {
                case ForwardStep.NeedsMore:
                    return new Taken(rest.Start, input.End);
                case ForwardStep.Violation:
                    await EndByViolationAsync(_frames.Code, _frames.Why);
                    break;
                case ForwardStep.Control:
                    await TakeControlAsync();
                    break;
                case ForwardStep.Header:
                    await BeginFrameAsync();
                    break;
                default:
                    await TakePayloadAsync(MemoryMarshal.AsMemory(FrameForwarder.FirstOf(rest)[..length]));
                    break;
            }

            if (SourceEnded)
            {
                return new Taken(input.End, input.End);
            }

            rest = rest.Slice(length);
        }

        return new Taken(input.End, input.End);
    }

    private async ValueTask TakeControlAsync()
    {
        if (_frames.ControlOpcode == Opcode.Close)
        {
            await EndByCloseAsync(_frames.ControlPayload.ToArray());
        }
        else if (_frames.ControlOpcode == Opcode.Ping)
        {
            Relay.Opposite(this).PostPong(_frames.ControlPayload);
        }
    }

    private async ValueTask BeginFrameAsync()
    {
        _phase = 0;
        var header = _frames.Header;
        if (header.Opcode != Opcode.Continuation)
        {
            _isText = header.Opcode == Opcode.Text;
            _utf8 = default;
            if (_framing == Framing.Line && !_isText)
            {
                await EndByViolationAsync(CloseCode.UnsupportedData, "a binary message is no line");
                return;
            }

            if (_framing == Framing.Length && header.Fin)
            {
                await SendAsync(Prefix(header.PayloadLength));
            }
            else if (_framing == Framing.Length)
            {
                _gathered = new ArrayBufferWriter<byte>();
            }
        }

        if (header.PayloadLength == 0)
        {
            await EndFrameAsync();
        }
    }

    private async ValueTask TakePayloadAsync(Memory<byte> payload)
    {
        if (_frames.Header.Masked)
        {
            _phase = Masking.Apply(payload.Span, _frames.Header.MaskKey, _phase);
        }

        if (_isText && !_utf8.Append(payload.Span))
        {
            await EndByViolationAsync(CloseCode.InvalidPayload, "text is not UTF-8");
            return;
        }

        if (_framing == Framing.Line && payload.Span.Contains((byte)'\n'))
        {
            await EndByViolationAsync(CloseCode.UnsupportedData, "a text with a line feed is no line");
            return;
        }

        if (_gathered is not null)
        {
            _gathered.Write(payload.Span);
        }
        else
        {
            await SendAsync(payload);
        }

        if (!_frames.InFrame)
        {
            await EndFrameAsync();
        }
    }

    private async ValueTask EndFrameAsync()
    {
        if (!_frames.Header.Fin)
        {
            return;
        }

        if (_isText && !_utf8.IsComplete)
        {
            await EndByViolationAsync(CloseCode.InvalidPayload, "text is not UTF-8");
            return;
        }

        if (_framing == Framing.Line)
        {
            await SendAsync(LineFeed);
        }
        else if (_gathered is { } gathered)
        {
            await SendAsync(Prefix(gathered.WrittenCount));
            await SendAsync(gathered.WrittenMemory);
            _gathered = null;
        }
    }

    private static byte[] Prefix(long length)
    {
        var prefix = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(prefix, (uint)length);
        return prefix;
    }
}
