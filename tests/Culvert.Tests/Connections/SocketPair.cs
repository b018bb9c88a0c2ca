using System.Net;
using System.Net.Sockets;

namespace Culvert.Tests.Connections;

/// <summary>Two connected sockets on this machine: ours does not block, the peer's does.</summary>
internal sealed class SocketPair : IDisposable
{
    /// <param name="bufferBytes">Asks for small buffers on the way to the peer; 0 for what the kernel likes.</param>
    public SocketPair(int bufferBytes = 0)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (bufferBytes > 0)
        {
            listener.SendBufferSize = bufferBytes;
            Peer.ReceiveBufferSize = bufferBytes;
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Peer.Connect(listener.LocalEndPoint!);
        Ours = listener.Accept();
        Ours.Blocking = false;
        Ours.NoDelay = true;
        Peer.SendTimeout = Peer.ReceiveTimeout = (int)Limit.TotalMilliseconds;
    }

    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    public Socket Ours { get; }

    public Socket Peer { get; }

    /// <summary>Ends when what was sent, or the end, has reached our side.</summary>
    public void WaitForArrival() => Assert.True(Ours.Poll(Limit, SelectMode.SelectRead));

    public void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[Peer.Send(bytes)..];
        }
    }

    /// <summary>What comes until so many bytes are here, or the end.</summary>
    public byte[] Receive(int count)
    {
        var bytes = new byte[count];
        var length = 0;
        while (length < count && Peer.Receive(bytes.AsSpan(length)) is > 0 and var received)
        {
            length += received;
        }

        return bytes[..length];
    }

    /// <summary>Breaks the connection instead of ending it.</summary>
    public void Reset()
    {
        Peer.LingerState = new LingerOption(true, 0);
        Peer.Close();
    }

    public void Dispose()
    {
        Peer.Dispose();
        Ours.Dispose();
    }
}
