using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.Client.Tunnels;
using Culvert.Tests.Pipes;

namespace Culvert.Tests.Client.Tunnels;

/// <summary>A server of which the test writes every answer and every frame by hand.</summary>
internal sealed class RawTunnelServer : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawTunnelServer() => _listener.Start();

    public Uri Address => new($"ws://{_listener.LocalEndpoint}");

    public TunnelOptions Options => new() { Token = "t", Random = static () => 0 };

    /// <summary>The session id of the last request.</summary>
    public string LastId { get; private set; } = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Takes the next request for a tunnel and says yes.</summary>
    public async Task<RawPeer> AgreeAsync()
    {
        var (peer, head) = await AcceptAsync();
        var key = Field(head, "Sec-WebSocket-Key");
        // RFC 6455 §4.2.2 asks for SHA-1, of nothing secret.
#pragma warning disable CA5350
        var hash = SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
#pragma warning restore CA5350
        await peer.SendAsync(Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Convert.ToBase64String(hash)}\r\n"
            + "Sec-WebSocket-Protocol: culvert.yamux.v0\r\n\r\n"));
        return peer;
    }

    /// <summary>Takes the next request, answers it and closes.</summary>
    public async Task AnswerAsync(string answer)
    {
        var (peer, _) = await AcceptAsync();
        await peer.SendAsync(Encoding.ASCII.GetBytes(answer));
        peer.Finish();
        peer.Dispose();
    }

    public void Dispose() => _listener.Dispose();

    private async Task<(RawPeer Peer, string Head)> AcceptAsync()
    {
        var socket = await _listener.AcceptSocketAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
        var peer = new RawPeer(socket, masks: false);
        var head = await peer.ReadHeadAsync();
        Assert.StartsWith("GET /v1/tunnel HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Equal("culvert.yamux.v0", Field(head, "Sec-WebSocket-Protocol"));
        Assert.Equal("Bearer t", Field(head, "Authorization"));
        Assert.DoesNotContain("Extensions", head, StringComparison.OrdinalIgnoreCase);
        LastId = Field(head, "Culvert-Session");
        return (peer, head);
    }

    private static string Field(string head, string name) =>
        Regex.Match(head, $"\r\n{name}: (.*)\r\n", RegexOptions.IgnoreCase).Groups[1].Value;
}
