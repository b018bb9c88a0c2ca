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

    // Looked at and not sent.
    private int _owed;

    public override long Messages => _frames.Messages;

    public override long Bytes => _frames.Bytes;

    protected override bool AtBoundary => _owed == 0 && !_frames.InFrame;

    protected override int TakeNow(ReadOnlySpan<byte> bytes)
    {
        if (_frames.Next(bytes, stopsAtBoundary: false, out var length) != ForwardStep.Pass)
        {
            return 0;
        }

        var sent = Output.SendNow(bytes[..length]);
        _owed = length - sent;
        return sent;
    }

    protected override ValueTask<Taken> TakeAsync(ReadOnlySequence<byte> input, bool isLast)
    {
        var owed = _owed;
        _owed = 0;
        var step = owed > 0 ? ForwardStep.Pass : Look(_frames, input, out owed);
        return TakeEachAsync(input, step, owed);
    }

    /// <param name="input">Not empty, unless more is needed.</param>
    /// <param name="step">The first in it.</param>
    /// <param name="length">Bytes of that step.</param>
    private async ValueTask<Taken> TakeEachAsync(ReadOnlySequence<byte> input, ForwardStep step, int length)
    {
        var rest = input;
        while (true)
        {
            switch (step)
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
            if (rest.IsEmpty)
            {
                return new Taken(input.End, input.End);
            }

            if (HasMail && AtBoundary)
            {
                return new Taken(rest.Start, rest.Start);
            }

            step = Look(_frames, rest, out length);
        }
    }
}
