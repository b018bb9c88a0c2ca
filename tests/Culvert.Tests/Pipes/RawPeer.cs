using System.Net;
using System.Net.Sockets;
using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Tests.WebSockets;

namespace Culvert.Tests.Pipes;

/// <summary>A peer without rules of its own: sends any bytes, reads frames, ends as it likes.</summary>
internal sealed class RawPeer(Socket socket, bool masks) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<byte> _received = [];

    public Socket Socket => socket;

    /// <summary>Bytes that came and were not read as anything.</summary>
    public int Unread => _received.Count;

    /// <summary>Frames as this peer has to send them.</summary>
    public FrameBuilder Frames => new(masks);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Two ends of one TCP connection.</summary>
    public static async Task<(Socket Near, Socket Far)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await near.ConnectAsync(listener.LocalEndpoint, Cancel);
        var far = await listener.AcceptSocketAsync(Cancel);
        far.NoDelay = true;
        return (near, far);
    }

    public async Task SendAsync(byte[] bytes)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), Cancel).AsTask().WaitAsync(Limit, Cancel);
        }
    }

    public Task SendAsync(FrameBuilder frames) => SendAsync(frames.ToArray());

    public Task SendTextAsync(string text) => SendAsync(Frames.Text(text));

    public Task SendCloseAsync(int code, string reason = "") =>
        SendCloseAsync([(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    public Task SendCloseAsync(byte[] payload) => SendAsync(Frames.Frame(Opcode.Close, payload));

    /// <summary>The end of what it sends; it reads on.</summary>
    public void Finish() => socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    /// <summary>The next frame; checked to be masked as the other side has to.</summary>
    public async Task<RawFrame> ReadAsync()
    {
        while (true)
        {
            var status = FrameHeader.TryParse([.. _received], out var header, out var length);
            var whole = length + (int)header.PayloadLength;
            if (status == ParseStatus.Complete && _received.Count >= whole)
            {
                Assert.Equal(!masks, header.Masked);
                var payload = _received.GetRange(length, whole - length).ToArray();
                if (header.Masked)
                {
                    Masking.Apply(payload, header.MaskKey, 0);
                }

                _received.RemoveRange(0, whole);
                return new RawFrame(header, payload);
            }

            Assert.True(await FillAsync(), "the end before the frame that was waited for");
        }
    }

    public async Task<string> ReadTextAsync()
    {
        var frame = await ReadAsync();
        Assert.Equal(Opcode.Text, frame.Opcode);
        return frame.Text;
    }

    public async Task<RawFrame> ReadCloseAsync()
    {
        var frame = await ReadAsync();
        Assert.Equal(Opcode.Close, frame.Opcode);
        return frame;
    }

    /// <summary>The next Close, whatever comes before.</summary>
    public async Task<RawFrame> NextCloseAsync()
    {
        while (true)
        {
            var frame = await ReadAsync();
            if (frame.Opcode == Opcode.Close)
            {
                return frame;
            }
        }
    }

    /// <summary>So many bytes as they are.</summary>
    public async Task<byte[]> ReadBytesAsync(int count)
    {
        while (_received.Count < count)
        {
            Assert.True(await FillAsync(), "the end before the bytes that were waited for");
        }

        var bytes = _received.GetRange(0, count).ToArray();
        _received.RemoveRange(0, count);
        return bytes;
    }

    /// <summary>Text up to a blank line, which an HTTP head ends with.</summary>
    public async Task<string> ReadHeadAsync()
    {
        while (true)
        {
            var end = _received.ToArray().AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return Encoding.Latin1.GetString(await ReadBytesAsync(end + 4));
            }

            Assert.True(await FillAsync(), "the end before the end of the head");
        }
    }

    /// <summary>Everything up to the proper end, which has to come.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        var bytes = _received.ToArray();
        _received.Clear();
        return bytes;
    }

    /// <summary>Nothing more than the proper end.</summary>
    public async Task MustEndAsync() => Assert.Empty(await ReadToEndAsync());

    /// <summary>The connection breaks, whatever comes before.</summary>
    public async Task MustBreakAsync()
    {
        var exception = await Assert.ThrowsAsync<SocketException>(ReadToEndAsync);
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[64 * 1024];
        var count = await socket.ReceiveAsync(buffer.AsMemory(), Cancel).AsTask().WaitAsync(Limit, Cancel);
        _received.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}
