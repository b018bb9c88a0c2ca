using System.Buffers;
using System.Buffers.Binary;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>From a WebSocket to bytes: the content of messages, in the relay's framing, as it comes.</summary>
/// <remarks>
/// Only a fragmented message behind a length is gathered, up to the limit of messages: its length comes before it.
/// </remarks>
internal sealed class MessagesToBytes(Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation)
    : MessageDirection(relay, from, to, fromFirst, expectation)
{
    private static readonly byte[] LineFeed = [(byte)'\n'];

    private readonly Framing _framing = relay.Rules.Framing;
    private readonly LineForm? _form = LineForm.For(relay.Rules.Framing);
    private ArrayBufferWriter<byte>? _gathered;

    // A message without its end would be taken for a whole one; raw bytes have no messages.
    protected override bool AtBoundary => _framing == Framing.Raw || base.AtBoundary;

    // But a frame that stays away is bytes that were promised.
    protected override bool IsWhole => _framing == Framing.Raw ? !InFrame : base.AtBoundary;

    // Raw, a text is bytes as any others, and whoever reads them judges them.
    protected override bool ChecksText => _framing != Framing.Raw;

    protected override async ValueTask BeginMessageAsync(FrameHeader header)
    {
        if (_framing is Framing.Line or Framing.SplitLine or Framing.JsonLine && !IsText)
        {
            await EndByViolationAsync(CloseCode.UnsupportedData, "a binary message is no line");
        }
        else if (_framing is Framing.Length or Framing.TypedLength)
        {
            if (header.Fin)
            {
                await SendAsync(Prefix(header.PayloadLength));
            }
            else
            {
                _gathered = new ArrayBufferWriter<byte>();
            }
        }
    }

    protected override async ValueTask PassOnAsync(ReadOnlyMemory<byte> piece, bool isEnd)
    {
        if (_framing == Framing.Line && piece.Span.Contains((byte)'\n'))
        {
            await EndByViolationAsync(CloseCode.UnsupportedData, "a text with a line feed is no line");
            return;
        }

        if (_form is not null)
        {
            await SendLineAsync(_form, piece, isEnd);
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

        if (_framing is Framing.Line or Framing.SplitLine)
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

    private async ValueTask SendLineAsync(LineForm form, ReadOnlyMemory<byte> piece, bool isEnd)
    {
        var line = ArrayPool<byte>.Shared.Rent(LineForm.MostEncoded);
        do
        {
            var part = piece[..Math.Min(piece.Length, LineForm.PieceBytes)];
            piece = piece[part.Length..];
            await SendAsync(line.AsMemory(0, form.Encode(part.Span, isEnd && piece.IsEmpty, line)));
        }
        while (!piece.IsEmpty);
        ArrayPool<byte>.Shared.Return(line);
    }

    private byte[] Prefix(long length)
    {
        byte[] prefix = _framing == Framing.TypedLength ? [(byte)(IsText ? Opcode.Text : Opcode.Binary), 0, 0, 0, 0]
            : [0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(prefix.Length - 4), (uint)length);
        return prefix;
    }
}
