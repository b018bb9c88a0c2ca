using System.Buffers;
using System.Runtime.InteropServices;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// From a WebSocket to a WebSocket: frames go on as they come, mask and payload untouched; between two of the same role
/// with the mask that their receiver expects. Where large frames are split, each piece of one that comes is a frame.
/// </summary>
internal sealed class FrameDirection(
    Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation, bool splits)
    : Direction(relay, from, to, fromFirst)
{
    /// <summary>Largest frame made of a part of another.</summary>
    private const int MostSplitBytes = 64 * 1024;

    private readonly FrameForwarder _frames = new(expectation);
    private readonly byte[] _header = expectation.OpensFrames ? new byte[FrameHeader.MaxLength] : [];
    private uint _key;
    private int _phase;

    // Of the frame that is being split a part has gone out.
    private bool _isSplit;

    // Looked at and not sent.
    private int _owed;

    public override long Messages => _frames.Messages;

    public override long Bytes => _frames.Bytes;

    protected override bool AtBoundary => _owed == 0 && (splits || !_frames.InFrame);

    // Other than the end between two frames, which a client may mean.
    protected override int LossCode => splits && _frames.InFrame ? CloseCode.InternalError : base.LossCode;

    protected override int TakeNow(ReadOnlySpan<byte> bytes)
    {
        // What gets another mask takes the other way.
        if (expectation.OpensFrames
            || _frames.Next(bytes, stopsAtBoundary: false, out var length) != ForwardStep.Pass)
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
        var step = owed > 0 ? ForwardStep.Pass : _frames.Next(input, HasMail, out owed);
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
                case ForwardStep.Control when expectation.OpensFrames:
                    await SendAsync(Parting.Frame(To.Kind, _frames.ControlOpcode, _frames.ControlPayload));
                    break;
                case ForwardStep.Header when splits:
                    _phase = 0;
                    await (_frames.Header.PayloadLength == 0 ? SendPartAsync(default) : default);
                    break;
                case ForwardStep.Pass when splits:
                    await SplitAsync(FrameForwarder.FirstOf(rest)[..length]);
                    break;
                case ForwardStep.Header:
                    await SendAsync(Header());
                    break;
                case ForwardStep.Pass when expectation.OpensFrames:
                    await SendAsync(Masked(FrameForwarder.FirstOf(rest)[..length]));
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

            step = _frames.Next(rest, HasMail, out length);
        }
    }

    private async ValueTask SplitAsync(ReadOnlyMemory<byte> payload)
    {
        for (; payload.Length > MostSplitBytes; payload = payload[MostSplitBytes..])
        {
            await SendPartAsync(payload[..MostSplitBytes], isEnd: false);
        }

        await SendPartAsync(payload, isEnd: !_frames.InFrame);
    }

    /// <summary>A frame of what has come of another; the whole of it, mostly.</summary>
    private async ValueTask SendPartAsync(ReadOnlyMemory<byte> payload, bool isEnd = true)
    {
        var original = _frames.Header;
        var masks = To.Kind == LegKind.WebSocketClient;
        var header = original with
        {
            Fin = original.Fin && isEnd,
            Opcode = _isSplit ? Opcode.Continuation : original.Opcode,
            Masked = masks,
            MaskKey = masks ? Parting.NewKey() : 0,
            PayloadLength = payload.Length,
        };
        _isSplit = !isEnd;
        var frame = ArrayPool<byte>.Shared.Rent(header.Length + payload.Length);
        var content = frame.AsMemory(header.Write(frame), payload.Length);
        payload.CopyTo(content);
        if (original.Masked)
        {
            _phase = Masking.Apply(content.Span, original.MaskKey, _phase);
        }

        if (masks)
        {
            Masking.Apply(content.Span, header.MaskKey, 0);
        }

        await SendAsync(frame.AsMemory(0, header.Length + payload.Length));
        ArrayPool<byte>.Shared.Return(frame);
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
