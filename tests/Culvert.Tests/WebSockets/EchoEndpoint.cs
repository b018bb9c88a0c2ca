using System.Buffers;
using System.IO.Pipelines;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.WebSockets;

/// <summary>
/// The codec over two pipes, as a transport would use it: echoes messages, answers pings, closes as the handshake says.
/// </summary>
internal sealed class EchoEndpoint(PipeReader input, PipeWriter output, WebSocketReaderOptions options)
{
    private readonly bool _masks = options.Role == WebSocketRole.Client;
    private readonly Random _random = new(1);

    public CloseHandshake Closing { get; } = new(options.Role);

    public List<string> Pongs { get; } = [];

    public uint? NextKey() => _masks ? (uint)_random.NextInt64(0, uint.MaxValue) : null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var reader = new WebSocketReader(options);
        var next = CloseNext.Nothing;
        while (next is CloseNext.Nothing or CloseNext.AwaitPeerClose)
        {
            var read = await input.ReadAsync(cancellationToken);
            next = Handle(reader, read.Buffer);
            input.AdvanceTo(read.Buffer.End);
            await output.FlushAsync(cancellationToken);
            if (read.IsCompleted)
            {
                Closing.TransportEnded();
                break;
            }
        }

        await output.CompleteAsync();
    }

    private CloseNext Handle(WebSocketReader reader, ReadOnlySequence<byte> buffer)
    {
        while (reader.TryRead(ref buffer, out var message))
        {
            switch (message.Kind)
            {
                case WebSocketEventKind.Text:
                    Echo(Opcode.Text, message.Payload.Span);
                    break;
                case WebSocketEventKind.Binary:
                    Echo(Opcode.Binary, message.Payload.Span);
                    break;
                case WebSocketEventKind.Ping:
                    WebSocketWriter.WritePong(output, message.Payload.Span, NextKey());
                    break;
                case WebSocketEventKind.Pong:
                    Pongs.Add(Convert.ToHexString(message.Payload.Span));
                    break;
                case WebSocketEventKind.Close:
                    return Apply(Closing.PeerClosed(message.CloseCode, message.Reason));
                default:
                    return Apply(Closing.Fail(message.CloseCode, message.Reason));
            }
        }

        return CloseNext.Nothing;
    }

    private void Echo(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (Closing.State != CloseState.Open)
        {
            return;
        }

        if (options.Deflate)
        {
            WebSocketWriter.WriteDeflatedMessage(output, opcode, payload, NextKey());
        }
        else
        {
            WebSocketWriter.WriteMessage(output, opcode, payload, NextKey());
        }
    }

    private CloseNext Apply(CloseStep step)
    {
        if (step.SendsClose)
        {
            WebSocketWriter.WriteClose(output, step.Code, step.Reason, NextKey());
        }

        return step.Next;
    }
}
