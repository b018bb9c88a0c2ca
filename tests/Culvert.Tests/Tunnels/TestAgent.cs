using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;
using Culvert.Server.Pipes.Endpoints;
using Culvert.Tests.Hosting;

namespace Culvert.Tests.Tunnels;

/// <summary>An agent over a real socket: a session whose streams the test reads and writes by hand.</summary>
internal sealed class TestAgent : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private TestAgent(TestCarrier carrier)
    {
        Carrier = carrier;
        Mux = new MuxSession(carrier, MuxRole.Client, new MuxSessionOptions());
        Running = Mux.RunAsync(CancellationToken.None);
    }

    public TestCarrier Carrier { get; }

    public MuxSession Mux { get; }

    public Task<MuxSessionEnd> Running { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string NewSession() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static async Task<TestAgent> ConnectAsync(TestServer server, string? token = null, string? session = null)
    {
        var (socket, head) = await AskAsync(
            server,
            "/v1/tunnel",
            $"Authorization: Bearer {token ?? server.OwnerToken}",
            "Sec-WebSocket-Protocol: culvert.yamux.v0",
            $"Culvert-Session: {session ?? NewSession()}");
        Assert.Equal(101, head.Status);
        Assert.Equal("culvert.yamux.v0", head["Sec-WebSocket-Protocol"]);
        Assert.Null(head["Sec-WebSocket-Extensions"]);
        return new TestAgent(new TestCarrier(socket));
    }

    /// <summary>An opening handshake, and the head of its answer.</summary>
    public static async Task<(Socket Socket, HttpHead Head)> AskAsync(
        TestServer server, string path, params string[] headers)
    {
        var address = new Uri(server.Server.Addresses[0]);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address.Host, address.Port, Cancel).AsTask().WaitAsync(Limit, Cancel);
        var lines = string.Concat(headers.Select(header => $"{header}\r\n"));
        var request = $"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{lines}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancel);
        var head = await HttpHeads.ReadAsync(socket, Cancel).AsTask().WaitAsync(Limit, Cancel);
        return (socket, head ?? throw new InvalidDataException("no answer"));
    }

    /// <summary>Opens a stream with a head, and reads the head of the answer.</summary>
    public async Task<(MuxStream Stream, HttpHead Head)> RequestAsync(string start, string body = "")
    {
        var length = body.Length == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        var stream = await OpenAsync($"{start} HTTP/1.1\r\nHost: culvert\r\n{length}\r\n{body}");
        var head = await ReadHeadAsync(stream);
        return (stream, head ?? throw new InvalidDataException($"no answer: {stream.End}"));
    }

    /// <summary>Opens a stream that is let through.</summary>
    public async Task<MuxStream> ConnectAsync(string target)
    {
        var (stream, head) = await RequestAsync($"CONNECT {target}");
        Assert.Equal(200, head.Status);
        return stream;
    }

    /// <summary>Sends a request that has to be refused, with a FIN behind; its problem document.</summary>
    public async Task<string> RefusedAsync(int status, string code, string start, string body = "")
    {
        var (stream, head) = await RequestAsync(start, body);
        var problem = Encoding.UTF8.GetString(await ReadToEndAsync(stream));
        await stream.DisposeAsync();
        Assert.Equal((status, problem), (head.Status, problem));
        Assert.Equal("application/problem+json", head["Content-Type"]);
        Assert.Equal(problem.Length.ToString(CultureInfo.InvariantCulture), head["Content-Length"]);
        Assert.StartsWith("culvert; error=", head["Proxy-Status"], StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", problem, StringComparison.Ordinal);
        return problem;
    }

    public async Task RegisterAsync(string name, string instance = "one")
    {
        var (stream, head) = await RequestAsync("POST /names", Names(name, instance));
        Assert.Equal(201, head.Status);
        await stream.DisposeAsync();
    }

    public static string Names(string name, string instance = "one") =>
        $$"""{"names":[{"name":"{{name}}","instance":"{{instance}}"}]}""";

    /// <summary>The next stream of the server, and the head that it begins with.</summary>
    public async Task<(MuxStream Stream, HttpHead Head)> AcceptAsync()
    {
        var stream = await Mux.AcceptAsync(Cancel).AsTask().WaitAsync(Limit, Cancel);
        Assert.NotNull(stream);
        return (stream, await ReadHeadAsync(stream) ?? throw new InvalidDataException("no head"));
    }

    /// <summary>Accepts the next stream and says yes.</summary>
    public async Task<MuxStream> AgreeAsync()
    {
        var (stream, _) = await AcceptAsync();
        await WriteAsync(stream, "HTTP/1.1 200 OK\r\n\r\n");
        return stream;
    }

    public async Task<MuxStream> OpenAsync(string text)
    {
        var stream = await Mux.OpenAsync(Cancel);
        await WriteAsync(stream, text);
        return stream;
    }

    public static async Task WriteAsync(MuxStream stream, string text) =>
        await stream.Output.WriteAsync(Encoding.UTF8.GetBytes(text), Cancel).AsTask().WaitAsync(Limit, Cancel);

    /// <summary>As many characters as the text has, which they have to be.</summary>
    public static async Task MustReadAsync(MuxStream stream, string text)
    {
        var read = await stream.Input.ReadAtLeastAsync(text.Length, Cancel).AsTask().WaitAsync(Limit, Cancel);
        Assert.True(read.Buffer.Length >= text.Length, $"the end: {stream.End}");
        var part = read.Buffer.Slice(0, text.Length);
        Assert.Equal(text, Encoding.UTF8.GetString(part));
        stream.Input.AdvanceTo(part.End);
    }

    /// <summary>Reads to the end, which has to be a proper one.</summary>
    public static async Task<byte[]> ReadToEndAsync(MuxStream stream)
    {
        using var bytes = new MemoryStream();
        await stream.Input.CopyToAsync(bytes, Cancel).WaitAsync(Limit, Cancel);
        Assert.True(stream.PeerFinished, $"no proper end: {stream.End}");
        return bytes.ToArray();
    }

    /// <summary>Reads to the end, which has to be a reset.</summary>
    public static async Task MustBreakAsync(MuxStream stream)
    {
        await stream.Input.CopyToAsync(Stream.Null, Cancel).WaitAsync(Limit, Cancel);
        Assert.False(stream.PeerFinished);

        // A reset that comes with the first answer is a refusal.
        Assert.Contains(stream.End, (MuxStreamEnd[])[MuxStreamEnd.ResetByPeer, MuxStreamEnd.Refused]);
    }

    /// <summary>Waits until the server has closed; with which code and why.</summary>
    public async Task<(int Code, string Reason)> ReadCloseAsync()
    {
        await Running.WaitAsync(Limit, Cancel);
        return (Carrier.CloseCode, Carrier.CloseReason);
    }

    public async ValueTask DisposeAsync()
    {
        Mux.Stop();
        await Running.WaitAsync(Limit, CancellationToken.None);
    }

    private static async Task<HttpHead?> ReadHeadAsync(MuxStream stream) =>
        await HttpHeads.ReadAsync(stream.Input, Cancel).AsTask().WaitAsync(Limit, Cancel);
}
