using System.Buffers;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// From a WebSocket to a WebSocket, message by message: each side has its own compression or none, and messages arrive
/// with the same content in frames of the relay's own, which are sent as the content comes.
/// </summary>
/// <remarks>
/// Every frame is sent whole, so there is always room for a Close; and a message that is refused part way never gets
/// its last frame.
/// </remarks>
internal sealed class MessagesToMessages(
    Relay relay, Leg from, Leg to, bool fromFirst, FrameExpectation expectation)
    : MessageDirection(relay, from, to, fromFirst, expectation)
{
    private const int FrameBytes = 32 * 1024;

    private readonly bool _deflates = fromFirst ? relay.Rules.SecondDeflates : relay.Rules.FirstDeflates;
    private MessageDeflater? _deflater;
    private bool _isFirst;

    protected override bool AtBoundary => true;

    // What has begun and has no end is told by the frames that are missing.
    protected override bool IsWhole => true;

    protected override async ValueTask BeginMessageAsync(FrameHeader header)
    {
        _isFirst = true;
        var types = Relay.Rules.Types;
        if (types != (IsText ? MessageTypes.Text : MessageTypes.Binary) && types != MessageTypes.Any)
        {
            await EndByViolationAsync(
                CloseCode.UnsupportedData, IsText ? "only binary messages are taken" : "only texts are taken");
        }
    }

    protected override async ValueTask PassOnAsync(ReadOnlyMemory<byte> piece, bool isEnd)
    {
        while (piece.Length > FrameBytes)
        {
            await SendFrameAsync(piece[..FrameBytes], isEnd: false);
            piece = piece[FrameBytes..];
        }

        if (isEnd || !piece.IsEmpty)
        {
            await SendFrameAsync(piece, isEnd);
        }
    }

    public override void Release()
    {
        base.Release();
        _deflater?.Dispose();
    }

    private async ValueTask SendFrameAsync(ReadOnlyMemory<byte> payload, bool isEnd)
    {
        var isCompressed = _deflates;
        if (_deflates)
        {
            _deflater ??= new MessageDeflater();
            var compressed = _deflater.Add(payload.Span, isEnd);
            isCompressed = !_isFirst || !isEnd || compressed.Length < payload.Length;
            payload = isCompressed ? compressed : payload;
        }

        var masks = To.Kind == LegKind.WebSocketClient;
        var header = new FrameHeader
        {
            Fin = isEnd,
            Rsv1 = isCompressed && _isFirst,
            Opcode = !_isFirst ? Opcode.Continuation : IsText ? Opcode.Text : Opcode.Binary,
            Masked = masks,
            MaskKey = masks ? Parting.NewKey() : 0,
            PayloadLength = payload.Length,
        };
        _isFirst = false;
        var frame = ArrayPool<byte>.Shared.Rent(header.Length + payload.Length);
        var start = header.Write(frame);
        payload.Span.CopyTo(frame.AsSpan(start));
        if (masks)
        {
            Masking.Apply(frame.AsSpan(start, payload.Length), header.MaskKey, 0);
        }

        await SendAsync(frame.AsMemory(0, start + payload.Length));
        ArrayPool<byte>.Shared.Return(frame);
    }
}
