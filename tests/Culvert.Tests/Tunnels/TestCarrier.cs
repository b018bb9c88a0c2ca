using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.Tunnels;

/// <summary>The agent's end of a carrier, which can also misbehave.</summary>
internal sealed class TestCarrier(Socket socket) : Carrier
{
    private readonly WebSocketReader _reader =
        new(new WebSocketReaderOptions { Role = WebSocketRole.Client, MaxMessageBytes = 1 << 20 });

    private readonly SemaphoreSlim _sending = new(1);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private ReadOnlySequence<byte> _rest;

    /// <summary>True to leave pings without an answer.</summary>
    public bool IsMute { get; set; }

    /// <summary>How much is sent at a time, bytes; default all.</summary>
    public int PieceBytes { get; set; } = int.MaxValue;

    /// <summary>Completes at the first ping.</summary>
    public TaskCompletionSource Pinged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the server closed with; 0 while it has not.</summary>
    public int CloseCode { get; private set; }

    public string CloseReason { get; private set; } = "";

    public override async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (_reader.TryRead(ref _rest, out var received))
                {
                    switch (received.Kind)
                    {
                        case WebSocketEventKind.Binary:
                            return received.Payload;
                        case WebSocketEventKind.Ping:
                            await AnswerPingAsync(received.Payload.ToArray());
                            break;
                        case WebSocketEventKind.Pong:
                            break;
                        case WebSocketEventKind.Close:
                            (CloseCode, CloseReason) = (received.CloseCode, received.Reason);
                            await CloseAsync(GoAwayCode.Normal, "", cancellationToken);
                            return default;
                        default:
                            throw new IOException($"The server sent {received.Kind}: {received.Reason}.");
                    }
                }

                var count = await socket.ReceiveAsync(_buffer, cancellationToken);
                _rest = new ReadOnlySequence<byte>(_buffer, 0, count);
                if (count == 0)
                {
                    throw new IOException("The server ended without a Close.");
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    public override async ValueTask SendAsync(Memory<byte> batch, CancellationToken cancellationToken)
    {
        var frame = new ArrayBufferWriter<byte>();
        WebSocketWriter.WriteMessage(frame, Opcode.Binary, batch.Span, NewKey());
        await SendRawAsync(frame.WrittenMemory);
    }

    public override async ValueTask CloseAsync(GoAwayCode code, string reason, CancellationToken cancellationToken)
    {
        var frame = new ArrayBufferWriter<byte>();
        WebSocketWriter.WriteClose(frame, Culvert.Protocol.WebSockets.CloseCode.Normal, reason, NewKey());
        await SendRawAsync(frame.WrittenMemory);
    }

    /// <summary>A frame, or anything else, as it is.</summary>
    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes)
    {
        await _sending.WaitAsync();
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes[..Math.Min(bytes.Length, PieceBytes)])..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException(exception.Message, exception);
        }
        finally
        {
            _sending.Release();
        }
    }

    public override void Abort() => socket.Close(0);

    public override ValueTask DisposeAsync()
    {
        socket.Dispose();
        _reader.Dispose();
        _sending.Dispose();
        return default;
    }

    private static uint NewKey() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));

    private async Task AnswerPingAsync(byte[] payload)
    {
        if (!IsMute)
        {
            var frame = new ArrayBufferWriter<byte>();
            WebSocketWriter.WritePong(frame, payload, NewKey());
            await SendRawAsync(frame.WrittenMemory);
        }

        Pinged.TrySetResult();
    }
}
