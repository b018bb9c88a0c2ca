using System.Buffers;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// From a WebSocket to a WebSocket: frames go on as they are, as they come, mask and payload untouched.
/// </summary>
internal sealed class FrameDirection(Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation)
    : Direction(relay, from, to, fromFirst)
{
    private readonly FrameForwarder _frames = new(expectation);

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
                default:
                    await SendAsync(rest.Slice(0, length));
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
}
