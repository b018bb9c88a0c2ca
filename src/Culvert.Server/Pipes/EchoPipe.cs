using System.IO.Pipelines;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes;

/// <summary>The far end of <c>--pipe PATH=echo:</c>: every message comes back as it came, text as text.</summary>
/// <remarks>
/// Shows the WebSocket codec to outside conformance suites in message mode. Holds at most one message; a peer that does
/// not read is not read either.
/// </remarks>
internal sealed class EchoPipe(PipeWriter output, bool deflate) : IWebSocketReceiver
{
    /// <summary>Messages echoed.</summary>
    public long Messages { get; private set; }

    public async ValueTask<bool> ReceiveAsync(WebSocketEvent received)
    {
        switch (received.Kind)
        {
            case WebSocketEventKind.Ping:
                WebSocketWriter.WritePong(output, received.Payload.Span);
                break;
            case WebSocketEventKind.Pong:
                return true;
            default:
                Messages++;
                Echo(received.Kind == WebSocketEventKind.Text ? Opcode.Text : Opcode.Binary, received.Payload.Span);
                break;
        }

        return await FlushAsync();
    }

    /// <summary>Sends the last frame.</summary>
    public async ValueTask CloseAsync(byte[] close)
    {
        await output.WriteAsync(close);
    }

    private void Echo(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (deflate)
        {
            WebSocketWriter.WriteDeflatedMessage(output, opcode, payload);
        }
        else
        {
            WebSocketWriter.WriteMessage(output, opcode, payload);
        }
    }

    private async ValueTask<bool> FlushAsync()
    {
        var flushed = await output.FlushAsync();
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }
}
