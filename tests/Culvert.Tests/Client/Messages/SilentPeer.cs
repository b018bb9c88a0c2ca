using System.Net;
using System.Net.Sockets;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.Client.Messages;

/// <summary>A server that agrees to the first WebSocket and then does only what the test says.</summary>
internal sealed class SilentPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<Socket> _socket = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address => new($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public static Task<SilentPeer> StartAsync(string? answer = null)
    {
        var peer = new SilentPeer();
        peer._listener.Start();
        _ = peer.AnswerAsync(answer);
        return Task.FromResult(peer);
    }

    public async Task SendAsync(byte[] bytes)
    {
        var socket = await Pair.Within(_socket.Task);
        await socket.SendAsync(bytes, SocketFlags.None, Pair.Cancelled);
    }

    public async Task<byte[]> ReadToEndAsync()
    {
        var socket = await Pair.Within(_socket.Task);
        var all = new List<byte>();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, SocketFlags.None, Pair.Cancelled) is var count and > 0)
        {
            all.AddRange(buffer.AsSpan(0, count));
        }

        return [.. all];
    }

    /// <summary>
    /// Waits for the socket first: the client may have read the answer before this side knows that it is sent.
    /// </summary>
    public async Task HangUpAsync() => (await Pair.Within(_socket.Task)).Dispose();

    public void Dispose()
    {
        _listener.Dispose();
        if (_socket.Task.IsCompletedSuccessfully)
        {
            _socket.Task.Result.Dispose();
        }
    }

    private async Task AnswerAsync(string? answer)
    {
        try
        {
            var socket = await _listener.AcceptSocketAsync(Pair.Cancelled);
            var head = "";
            var buffer = new byte[4096];
            while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                var count = await socket.ReceiveAsync(buffer, SocketFlags.None, Pair.Cancelled);
                head += Encoding.Latin1.GetString(buffer, 0, count);
            }

            var key = head.Split("Sec-WebSocket-Key: ")[1][..24];
            answer ??= "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Accept: {Handshake.ComputeAccept(key)}\r\n\r\n";
            await socket.SendAsync(Encoding.Latin1.GetBytes(answer), SocketFlags.None, Pair.Cancelled);
            _socket.SetResult(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            _socket.TrySetException(e);
        }
    }
}
