using System.Buffers;
using System.Runtime.InteropServices;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// From a WebSocket to one of the same role: frames go on one by one as they come, with the mask that their receiver
/// expects.
/// </summary>
internal sealed class MaskDirection(Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation)
    : Direction(relay, from, to, fromFirst)
{
    private readonly FrameForwarder _frames = new(expectation);
    private readonly byte[] _header = new byte[FrameHeader.MaxLength];
    private uint _key;
    private int _phase;

    public override long Messages => _frames.Messages;

    public override long Bytes => _frames.Bytes;

    protected override bool AtBoundary => !_frames.InFrame;

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
                    return new Taken(input.End, input.End);
                case ForwardStep.Control when _frames.ControlOpcode == Opcode.Close:
                    await EndByCloseAsync(_frames.ControlPayload.ToArray());
                    return new Taken(input.End, input.End);
                case ForwardStep.Control when Relay.IsOwnPong(_frames.ControlPayload):
                    break;
                case ForwardStep.Control:
                    await SendAsync(Parting.Frame(To.Kind, _frames.ControlOpcode, _frames.ControlPayload));
                    break;
                case ForwardStep.Header:
                    await SendAsync(Header());
                    break;
                default:
                    await SendAsync(Masked(FrameForwarder.FirstOf(rest)[..length]));
                    break;
            }

            rest = rest.Slice(length);
            if (HasMail && AtBoundary)
            {
                return new Taken(rest.Start, rest.Start);
            }
        }

        return new Taken(input.End, input.End);
    }

    /// <summary>The header with the receiver's mask; begins its payload.</summary>
    private ReadOnlyMemory<byte> Header()
    {
        var masks = To.Kind == LegKind.WebSocketClient;
        var key = masks ? Parting.NewKey() : 0;
        var header = _frames.Header with { Masked = masks, MaskKey = key };

        // Off with the one and on with the other in a single pass.
        _key = key ^ (_frames.Header.Masked ? _frames.Header.MaskKey : 0);
        _phase = 0;
        return _header.AsMemory(0, header.Write(_header));
    }

    /// <summary>What was received is this direction's to change, as that of a pipe is.</summary>
    private ReadOnlyMemory<byte> Masked(ReadOnlyMemory<byte> payload)
    {
        _phase = Masking.Apply(MemoryMarshal.AsMemory(payload).Span, _key, _phase);
        return payload;
    }
}
