using System.Buffers;
using System.Runtime.InteropServices;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// From a WebSocket whose messages are opened: takes masks and compression off, holds to the rules for content, answers
/// pings, and hands on what messages say, piece by piece as it comes.
/// </summary>
internal abstract class MessageDirection(
    Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation)
    : Direction(relay, from, to, fromFirst)
{
    /// <summary>Most that is inflated at a time: what one frame of a sender becomes has no bound of its own.</summary>
    private const int InflatedBytes = 16 * 1024;

    private readonly FrameForwarder _frames = new(expectation);
    private MessageInflater? _inflater;
    private Utf8Validator _utf8;
    private bool _isCompressed;
    private long _length;
    private long _bytes;
    private int _phase;

    public override long Messages => _frames.Messages;

    public override long Bytes => _bytes;

    protected override bool AtBoundary => !_frames.InFrame && !_frames.InMessage;

    protected bool InFrame => _frames.InFrame;

    /// <summary>What the current message is.</summary>
    protected bool IsText { get; private set; }

    /// <summary>False to pass texts on that are not UTF-8.</summary>
    protected virtual bool ChecksText => true;

    protected override async ValueTask<Taken> TakeAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        var rest = input;
        while (!rest.IsEmpty)
        {
            switch (_frames.Next(rest, HasMail, out var length))
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
            if (HasMail && AtBoundary)
            {
                return new Taken(rest.Start, rest.Start);
            }
        }

        return new Taken(input.End, input.End);
    }

    /// <summary>A message begins. May refuse it.</summary>
    /// <param name="header">That of its first frame.</param>
    protected abstract ValueTask BeginMessageAsync(FrameHeader header);

    /// <summary>A piece of the message; may be empty. May refuse it.</summary>
    /// <param name="piece">Checked; not needed afterwards.</param>
    /// <param name="isEnd">True when it is the message's last.</param>
    protected abstract ValueTask PassOnAsync(ReadOnlyMemory<byte> piece, bool isEnd);

    public override void Release() => _inflater?.Dispose();

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
            IsText = header.Opcode == Opcode.Text;
            _isCompressed = header.Rsv1;
            _length = 0;
            _utf8 = default;
            await BeginMessageAsync(header);
        }

        if (!SourceEnded && !_isCompressed && header.PayloadLength > Relay.Rules.MaxMessageBytes - _length)
        {
            await EndByExcessAsync();
        }
        else if (header.PayloadLength == 0 && !SourceEnded)
        {
            await TakePayloadAsync(default);
        }
    }

    private async ValueTask TakePayloadAsync(Memory<byte> payload)
    {
        if (_frames.Header.Masked)
        {
            _phase = Masking.Apply(payload.Span, _frames.Header.MaskKey, _phase);
        }

        var isEnd = _frames.Header.Fin && !_frames.InFrame;
        if (_isCompressed)
        {
            await InflateAsync(payload, isEnd);
        }
        else
        {
            await TakeContentAsync(payload, isEnd);
        }
    }

    private async ValueTask InflateAsync(ReadOnlyMemory<byte> payload, bool isEnd)
    {
        _inflater ??= new MessageInflater();
        _inflater.Add(payload, isEnd);
        var buffer = ArrayPool<byte>.Shared.Rent(InflatedBytes);
        try
        {
            var isDry = false;
            while (!isDry && !SourceEnded)
            {
                if (!_inflater.TryRead(buffer.AsSpan(0, InflatedBytes), out var count, out isDry))
                {
                    await EndByViolationAsync(CloseCode.InvalidPayload, "message is not compressed properly");
                    return;
                }

                await TakeContentAsync(buffer.AsMemory(0, count), isEnd && isDry);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask TakeContentAsync(ReadOnlyMemory<byte> piece, bool isEnd)
    {
        _length += piece.Length;
        _bytes += piece.Length;
        if (_length > Relay.Rules.MaxMessageBytes)
        {
            await EndByExcessAsync();
        }
        else if (IsText && ChecksText && !(_utf8.Append(piece.Span) && (!isEnd || _utf8.IsComplete)))
        {
            await EndByViolationAsync(CloseCode.InvalidPayload, "text is not UTF-8");
        }
        else
        {
            await PassOnAsync(piece, isEnd);
        }
    }

    private ValueTask EndByExcessAsync() =>
        EndByViolationAsync(CloseCode.MessageTooBig, $"message over {Relay.Rules.MaxMessageBytes} bytes");
}
