using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Connections;

/// <summary>How a WebSocket ended.</summary>
/// <param name="Code">The close code; 1006 when the connection broke.</param>
/// <param name="Why">The reason that came or went with it.</param>
internal sealed record WebSocketEnd(int Code, string Why)
{
    /// <summary>The Close frame still owed to the peer; null when there is nobody to send it to.</summary>
    public byte[]? Answer { get; private init; }

    /// <summary>An end that this side begins.</summary>
    public static WebSocketEnd Say(int code, string why) => new(code, why) { Answer = Frames.Close(code, why) };

    /// <summary>What the last event of the reader asks for.</summary>
    /// <param name="last">A Close, a Failure, or an event without a kind when the transport ended.</param>
    /// <param name="refusedWith">The code to close with when the receiver refused to go on; otherwise 0.</param>
    public static WebSocketEnd Of(in WebSocketEvent last, int refusedWith)
    {
        if (refusedWith != 0)
        {
            return Say(refusedWith, "text only");
        }

        switch (last.Kind)
        {
            case WebSocketEventKind.Close:
                // RFC 6455 §5.5.1: the answer repeats the code; an empty Close is answered with an explicit 1000.
                var code = last.CloseCode == CloseCode.NoStatus ? CloseCode.Normal : last.CloseCode;
                return new WebSocketEnd(last.CloseCode, last.Reason) { Answer = Frames.Close(code, "") };
            case WebSocketEventKind.Failure:
                return Say(last.CloseCode, last.Reason);
            default:
                return new WebSocketEnd(CloseCode.Abnormal, "");
        }
    }
}
