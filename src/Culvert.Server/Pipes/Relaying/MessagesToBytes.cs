using System.Buffers;
using System.Buffers.Binary;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>From a WebSocket to bytes: the content of messages, in the relay's framing, as it comes.</summary>
/// <remarks>
/// Only a fragmented message in length framing is gathered, up to the limit of messages: its length comes before it.
/// </remarks>
internal sealed class MessagesToBytes(Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation)
    : MessageDirection(relay, from, to, fromFirst, expectation)
{
    private static readonly byte[] LineFeed = [(byte)'\n'];

    private readonly Framing _framing = relay.Rules.Framing;
    private ArrayBufferWriter<byte>? _gathered;

    // A message without its end would be taken for a whole one; raw bytes have no messages.
    protected override bool AtBoundary => _framing == Framing.Raw || base.AtBoundary;

    // But a frame that stays away is bytes that were promised.
    protected override bool IsWhole => _framing == Framing.Raw ? !InFrame : base.AtBoundary;

    // Raw, a text is bytes as any others, and whoever reads them judges them.
    protected override bool ChecksText => _framing != Framing.Raw;

    protected override async ValueTask BeginMessageAsync(FrameHeader header)
    {
        if (_framing == Framing.Line && !IsText)
        {
            await EndByViolationAsync(CloseCode.UnsupportedData, "a binary message is no line");
        }
        else if (_framing == Framing.Length && header.Fin)
        {
            await SendAsync(Prefix(header.PayloadLength));
        }
        else if (_framing == Framing.Length)
        {
            _gathered = new ArrayBufferWriter<byte>();
        }
    }

    protected override async ValueTask PassOnAsync(ReadOnlyMemory<byte> piece, bool isEnd)
    {
        if (_framing == Framing.Line && piece.Span.Contains((byte)'\n'))
        {
            await EndByViolationAsync(CloseCode.UnsupportedData, "a text with a line feed is no line");
            return;
        }

        if (_gathered is not null)
        {
            _gathered.Write(piece.Span);
        }
        else
        {
            await SendAsync(piece);
        }

        if (!isEnd)
        {
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
