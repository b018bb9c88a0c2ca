using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>A peer at the far side of an end, over real sockets. Every wait has a limit.</summary>
internal sealed class Loopback : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Loopback(int receiveBuffer = 0)
    {
        if (receiveBuffer > 0)
        {
            _listener.ReceiveBufferSize = receiveBuffer;
        }

        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port; // It is bound.

    public static Endpoint Parse(string text)
    {
        var endpoint = EndpointParser.Parse(text, out var error);
        Assert.Empty(error);
        return endpoint!; // There was no error.
    }

    public static async Task<string> ReadToEndAsync(Leg leg)
    {
        var text = new StringBuilder();
        while (true)
        {
            var result = await leg.Input.ReadAsync(Cancelled).AsTask().WaitAsync(Limit, Cancelled);
            text.Append(Encoding.UTF8.GetString(result.Buffer.ToArray()));
            leg.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return text.ToString();
            }
        }
    }

    public static async Task<FlushResult> WriteAsync(Leg leg, string text) =>
        await leg.Output.WriteAsync(Encoding.UTF8.GetBytes(text), Cancelled).AsTask().WaitAsync(Limit, Cancelled);

    /// <summary>Fails with an <see cref="EndpointException"/>.</summary>
    public static Task<EndpointException> FailsAsync(string endpoint, DialRules? rules = null) =>
        Assert.ThrowsAsync<EndpointException>(() => OpenAsync(endpoint, rules));

    public static Task<Leg> OpenAsync(string endpoint, DialRules? rules = null) =>
        new Connector(rules ?? new DialRules(), TimeProvider.System)
            .OpenAsync(Parse(endpoint), Cancelled).WaitAsync(Limit, Cancelled);

    public async Task<(Leg Leg, Socket Peer)> JoinAsync()
    {
        var accepting = AcceptAsync();
        var leg = await OpenAsync($"tcp:127.0.0.1:{Port}");
        return (leg, await accepting);
    }

    public Task<Socket> AcceptAsync() => _listener.AcceptAsync(Cancelled).AsTask().WaitAsync(Limit, Cancelled);

    /// <summary>Accepts one connection, reads an HTTP head and answers; the connection stays open.</summary>
    public async Task<(string Head, Socket Peer)> AnswerAsync(Func<string, string> answer)
    {
        var peer = await AcceptAsync();
        var head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head += await ReceiveAsync(peer);
        }

        await SendAsync(peer, answer(head));
        return (head, peer);
    }

    public static async Task<string> ReceiveAsync(Socket peer)
    {
        var buffer = new byte[4096];
        var count = await peer.ReceiveAsync(buffer, SocketFlags.None, Cancelled).AsTask().WaitAsync(Limit, Cancelled);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    public static async Task<string> ReceiveToEndAsync(Socket peer)
    {
        var all = "";
        while (await ReceiveAsync(peer) is { Length: > 0 } text)
        {
            all += text;
        }

        return all;
    }

    public static async Task SendAsync(Socket peer, string text) =>
        await peer.SendAsync(Encoding.UTF8.GetBytes(text), SocketFlags.None, Cancelled);

    public static void Reset(Socket peer)
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
    }

    public void Dispose() => _listener.Dispose();
}
