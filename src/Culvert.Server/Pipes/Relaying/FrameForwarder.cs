using System.Buffers;
using System.Runtime.CompilerServices;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// Follows the frames of one direction while their bytes go on untouched: knows where a frame ends, counts, refuses
/// what RFC 6455 §5 forbids, and stops at what the relay has to look at. Does no I/O and keeps no data; one a
/// direction, for one caller at a time.
/// </summary>
/// <remarks>What it finds does not depend on how the input is cut.</remarks>
internal sealed class FrameForwarder(FrameExpectation expectation)
{
    /// <summary>Within so many bytes a step is always possible: the longest control frame.</summary>
    public const int MostHeld = FrameHeader.MaxLength + FrameHeader.MaxControlPayload;

    private ControlBytes _control;
    private int _controlLength;
    private long _remaining;
    private long _announced;
    private bool _isLast;
    private bool _inMessage;

    /// <summary>True when a part of a frame has gone on and the rest has not: nothing may be put in between.</summary>
    public bool InFrame => _remaining > 0;

    /// <summary>Messages that went on whole.</summary>
    public long Messages { get; private set; }

    /// <summary>Payload of data frames that went on, bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>True when a message has begun and not ended.</summary>
    public bool InMessage => _inMessage;

    /// <summary>After <see cref="ForwardStep.Header"/>: the header.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>After <see cref="ForwardStep.Control"/>: what it is.</summary>
    public Opcode ControlOpcode { get; private set; }

    /// <summary>After <see cref="ForwardStep.Control"/>: the payload, unmasked; valid until the next call.</summary>
    public ReadOnlySpan<byte> ControlPayload => ((ReadOnlySpan<byte>)_control)[.._controlLength];

    /// <summary>After <see cref="ForwardStep.Violation"/>: the close code for the offender.</summary>
    public int Code { get; private set; }

    /// <summary>After <see cref="ForwardStep.Violation"/>: what is wrong.</summary>
    public string Why { get; private set; } = "";

    /// <summary>Looks at the input from where the last step ended.</summary>
    /// <param name="source">What is there; not changed, not kept.</param>
    /// <param name="stopsAtBoundary">True to stop at the first end of a frame, to put something in there.</param>
    /// <param name="length">Bytes of the step: to pass on, or of the control frame. Otherwise 0.</param>
    public ForwardStep Next(ReadOnlySpan<byte> source, bool stopsAtBoundary, out int length)
    {
        length = 0;
        while (length < source.Length)
        {
            if (_remaining > 0)
            {
                length += Continue(source.Length - length);
                if ((stopsAtBoundary || expectation.OpensFrames) && _remaining == 0)
                {
                    break;
                }

                continue;
            }

            var step = BeginFrame(source[length..], out var taken);
            if (step != ForwardStep.Pass)
            {
                return Before(step, taken, ref length);
            }

            length += taken;
            if (stopsAtBoundary && _remaining == 0)
            {
                break;
            }
        }

        return length > 0 ? ForwardStep.Pass : ForwardStep.NeedsMore;
    }

    /// <summary>As the other, also across the edge of two segments.</summary>
    public ForwardStep Next(in ReadOnlySequence<byte> source, bool stopsAtBoundary, out int length)
    {
        var step = Next(FirstOf(source).Span, stopsAtBoundary, out length);
        if (step != ForwardStep.NeedsMore || source.IsSingleSegment)
        {
            return step;
        }

        Span<byte> joined = stackalloc byte[MostHeld];
        var count = (int)Math.Min(source.Length, joined.Length);
        source.Slice(0, count).CopyTo(joined);
        return Next(joined[..count], stopsAtBoundary, out length);
    }

    /// <summary>The first bytes of the input, which may begin with segments that are empty.</summary>
    public static ReadOnlyMemory<byte> FirstOf(in ReadOnlySequence<byte> source)
    {
        if (source.IsSingleSegment)
        {
            return source.First;
        }

        foreach (var segment in source)
        {
            if (!segment.IsEmpty)
            {
                return segment;
            }
        }

        return default;
    }

    /// <summary>What lies before goes on first; the step is found again by the next call.</summary>
    private static ForwardStep Before(ForwardStep step, int taken, ref int length)
    {
        if (length > 0)
        {
            return ForwardStep.Pass;
        }

        length = taken;
        return step;
    }

    private int Continue(int available)
    {
        var count = (int)Math.Min(available, _remaining);
        _remaining -= count;
        Bytes += count;
        EndFrame();
        return count;
    }

    private ForwardStep BeginFrame(ReadOnlySpan<byte> source, out int taken)
    {
        var status = FrameHeader.TryParse(source, out var header, out taken);
        if (status == ParseStatus.NeedsMoreData)
        {
            return ForwardStep.NeedsMore;
        }

        if (status != ParseStatus.Complete)
        {
            taken = 0;
            return Refuse(CloseCode.ProtocolError, Describe(status));
        }

        if (Violates(header))
        {
            taken = 0;
            return ForwardStep.Violation;
        }

        if (header.IsControl)
        {
            return TakeControl(header, source, ref taken);
        }

        _inMessage = true;
        _announced = header.Opcode == Opcode.Continuation ? _announced + header.PayloadLength : header.PayloadLength;
        _remaining = header.PayloadLength;
        _isLast = header.Fin;
        Header = header;
        EndFrame();
        return expectation.OpensFrames ? ForwardStep.Header : ForwardStep.Pass;
    }

    private void EndFrame()
    {
        if (_remaining == 0 && _isLast)
        {
            _inMessage = false;
            _isLast = false;
            Messages++;
        }
    }

    /// <summary>A control frame goes on whole, or waits: so the relay can take one out.</summary>
    private ForwardStep TakeControl(in FrameHeader header, ReadOnlySpan<byte> source, ref int taken)
    {
        var whole = taken + (int)header.PayloadLength;
        if (source.Length < whole)
        {
            taken = 0;
            return ForwardStep.NeedsMore;
        }

        if (header.Opcode == Opcode.Ping && !expectation.OpensFrames)
        {
            taken = whole;
            return ForwardStep.Pass;
        }

        Span<byte> payload = ((Span<byte>)_control)[..(int)header.PayloadLength];
        source[taken..whole].CopyTo(payload);
        if (header.Masked)
        {
            Masking.Apply(payload, header.MaskKey, 0);
        }

        taken = whole;
        _controlLength = payload.Length;
        ControlOpcode = header.Opcode;
        return ForwardStep.Control;
    }

    private bool Violates(in FrameHeader header)
    {
        var isFirst = !header.IsControl && header.Opcode != Opcode.Continuation;
        if (!expectation.AllowsReserved
            && (header.Rsv2 || header.Rsv3 || (header.Rsv1 && !(expectation.AllowsCompressed && isFirst))))
        {
            return Fail(CloseCode.ProtocolError, "reserved bit set");
        }

        if (header.Masked != expectation.Masked)
        {
            return Fail(
                CloseCode.ProtocolError,
                header.Masked ? "frame from a server is masked" : "frame from a client is not masked");
        }

        if (header.IsControl)
        {
            return false;
        }

        if (isFirst == _inMessage)
        {
            return Fail(
                CloseCode.ProtocolError,
                isFirst ? "new message inside a fragmented one" : "continuation without a message");
        }

        if (header.PayloadLength > expectation.MaxFrameBytes)
        {
            return Fail(CloseCode.MessageTooBig, $"frame over {expectation.MaxFrameBytes} bytes");
        }

        return header.PayloadLength > expectation.MaxMessageBytes - (isFirst ? 0 : _announced)
            && Fail(CloseCode.MessageTooBig, $"message over {expectation.MaxMessageBytes} bytes");
    }

    private bool Fail(int code, string why)
    {
        (Code, Why) = (code, why);
        return true;
    }

    private ForwardStep Refuse(int code, string why)
    {
        Fail(code, why);
        return ForwardStep.Violation;
    }

    private static string Describe(ParseStatus status) => status switch
    {
        ParseStatus.ReservedOpcode => "reserved opcode",
        ParseStatus.FragmentedControlFrame => "fragmented control frame",
        ParseStatus.ControlFrameTooLong => "control frame over 125 bytes",
        ParseStatus.NonMinimalLength => "length not in its shortest form",
        _ => "length with its top bit set",
    };

    [InlineArray(FrameHeader.MaxControlPayload)]
    private struct ControlBytes
    {
        private byte _first;
    }
}
