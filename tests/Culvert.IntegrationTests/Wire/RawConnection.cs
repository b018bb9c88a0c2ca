using System.Net;
using System.Net.Sockets;
using System.Text;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Wire;

/// <summary>A TCP connection with nothing on top, to send what no client would and to end where it hurts.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;

    /// <param name="socket">Connected; this one's from now on.</param>
    public RawConnection(Socket socket)
    {
        _socket = socket;
    }

    /// <param name="address">Host and port; the path is not used.</param>
    /// <param name="receiveBuffer">Size of the kernel's receive buffer; 0 leaves it.</param>
    /// <param name="sendBuffer">Size of the kernel's send buffer; 0 leaves it.</param>
    public static async Task<RawConnection> OpenAsync(Uri address, int receiveBuffer = 0, int sendBuffer = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        if (sendBuffer > 0)
        {
            socket.SendBufferSize = sendBuffer;
        }

        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port), Bounded.Cancelled);
        return new RawConnection(socket);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, double seconds = 30)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, Bounded.Cancelled).Within(seconds)..];
        }
    }

    /// <summary>Sends a GET request that asks for a stream.</summary>
    public Task GetAsync(string pathAndQuery, string token, params string[] headers) => SendAsync(
        $"GET {pathAndQuery} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n" +
        string.Concat(headers.Select(h => h + "\r\n")) + "\r\n");

    /// <summary>Reads at least one byte; 0 at the clean end. A reset throws.</summary>
    public async Task<int> ReceiveAsync(Memory<byte> buffer, double seconds = 20) =>
        await _socket.ReceiveAsync(buffer, Bounded.Cancelled).Within(seconds);

    /// <summary>Reads exactly so many bytes.</summary>
    public async Task<byte[]> ReceiveExactlyAsync(int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await ReceiveAsync(bytes.AsMemory(read));
            read += more > 0 ? more : throw new EndOfStreamException($"the end after {read} of {count} bytes");
        }

        return bytes;
    }

    /// <summary>Says that nothing more comes (FIN), and can still read.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Sends a reset, as a crashed peer or a broken network does.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();
}
