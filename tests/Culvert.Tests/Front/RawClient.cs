using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Culvert.Tests.Connections;

namespace Culvert.Tests.Front;

/// <summary>The client's end of a connection: sends what it is told and reads answers by their length.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private readonly List<byte> _received = [];
    private readonly byte[] _block = new byte[64 * 1024];

    public Socket Socket => socket;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static RawClient Connect(EndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(endpoint);
        return new RawClient(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, Cancel).AsTask().WaitAsync(SocketPair.Limit, Cancel)..];
        }
    }

    public void End() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next answer, whole; what follows is kept for the next call.</summary>
    public async Task<RawAnswer> AnswerAsync(bool hasBody = true)
    {
        int end;
        while ((end = EndOfHead()) < 0)
        {
            Assert.True(await FillAsync(), $"The connection ended after '{Text(0, _received.Count)}'.");
        }

        var head = Text(0, end);
        _received.RemoveRange(0, end);
        var length = hasBody ? LengthIn(head) : 0;
        while (_received.Count < length)
        {
            Assert.True(await FillAsync(), "The connection ended in a body.");
        }

        var body = _received[..length].ToArray();
        _received.RemoveRange(0, length);
        return new RawAnswer(head, body);
    }

    /// <summary>All that comes until the connection ends.</summary>
    public async Task<string> RestAsync()
    {
        while (await FillAsync())
        {
        }

        return Text(0, _received.Count);
    }

    /// <summary>So many bytes, whatever they are.</summary>
    public async Task<byte[]> BytesAsync(int count)
    {
        while (_received.Count < count)
        {
            Assert.True(await FillAsync(), "The connection ended.");
        }

        var bytes = _received[..count].ToArray();
        _received.RemoveRange(0, count);
        return bytes;
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> FillAsync()
    {
        try
        {
            var count = await socket.ReceiveAsync(_block, Cancel).AsTask().WaitAsync(SocketPair.Limit, Cancel);
            _received.AddRange(_block.AsSpan(0, count));
            return count > 0;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return false;
        }
    }

    private int EndOfHead()
    {
        var bytes = CollectionsMarshal.AsSpan(_received);
        var index = bytes.IndexOf("\r\n\r\n"u8);
        return index < 0 ? -1 : index + 4;
    }

    private static int LengthIn(string head)
    {
        const string Name = "\r\nContent-Length: ";
        var start = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return 0;
        }

        start += Name.Length;
        return int.Parse(head[start..head.IndexOf('\r', start)], CultureInfo.InvariantCulture);
    }

    private string Text(int start, int count) =>
        Encoding.Latin1.GetString(_received.GetRange(start, count).ToArray());
}
