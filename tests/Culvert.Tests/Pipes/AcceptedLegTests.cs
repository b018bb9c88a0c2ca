using System.Net;
using System.Net.Sockets;
using Culvert.Server.Connections;
using Culvert.Server.Pipes;

namespace Culvert.Tests.Pipes;

public sealed class AcceptedLegTests
{
    private const int Tcp = 6;
    private const int TcpUserTimeout = 18;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_system_does_not_end_a_connection_whose_peer_pauses()
    {
        if (!OperatingSystem.IsLinux())
        {
            // The option is Linux's.
            return;
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndpoint, Cancel);
        using var socket = await listener.AcceptSocketAsync(Cancel);
        socket.SetRawSocketOption(Tcp, TcpUserTimeout, BitConverter.GetBytes(30_000));

        var connection = new DirectConnection(new SocketPipeReader(socket), new SocketPipeWriter(socket));
        var leg = new AcceptedLeg(socket, connection, "client");

        var value = new byte[4];
        socket.GetRawSocketOption(Tcp, TcpUserTimeout, value);
        Assert.Equal(0, BitConverter.ToInt32(value));
        leg.Abort();
    }
}
