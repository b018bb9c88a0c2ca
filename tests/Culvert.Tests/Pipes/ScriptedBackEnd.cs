using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Culvert.Protocol.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>A back end that says what the test says.</summary>
internal sealed class ScriptedBackEnd : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedBackEnd() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Target => $"ws://127.0.0.1:{Port}";

    /// <summary>As an end of bytes.</summary>
    public string BytesTarget => $"tcp:127.0.0.1:{Port}";

    /// <summary>True when somebody dialled and was not accepted.</summary>
    public bool HasCaller => _listener.Pending();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The next connection, with the request that came on it.</summary>
    public async Task<(RawPeer Peer, string Request)> AcceptAsync()
    {
        var peer = await AcceptBytesAsync();
        return (peer, await peer.ReadHeadAsync());
    }

    /// <summary>The next connection, as it is.</summary>
    public async Task<RawPeer> AcceptBytesAsync()
    {
        var socket = await _listener.AcceptSocketAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        socket.NoDelay = true;
        return new RawPeer(socket, masks: false);
    }

    /// <summary>Accepts, and agrees to the handshake.</summary>
    public async Task<(RawPeer Peer, string Request)> AgreeAsync(string headers = "")
    {
        var (peer, request) = await AcceptAsync();
        await peer.SendAsync(Agreement(request, headers));
        return (peer, request);
    }

    /// <summary>The answer that agrees to a request.</summary>
    public static byte[] Agreement(string request, string headers = "")
    {
        var key = Regex.Match(request, "Sec-WebSocket-Key: (.*)\r\n").Groups[1].Value;
        return System.Text.Encoding.Latin1.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Handshake.ComputeAccept(key)}\r\n{headers}\r\n");
    }

    public void Dispose() => _listener.Dispose();
}
