using System.Net.Sockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>
/// A TCP connection below TLS that remembers its end: TLS that ends without having said so may have been cut by anybody
/// (RFC 8446 §6.1).
/// </summary>
internal sealed class TcpStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    /// <summary>True once the peer's FIN was read.</summary>
    public bool HasEnded { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await base.ReadAsync(buffer, cancellationToken);
        HasEnded |= count == 0 && buffer.Length > 0;
        return count;
    }
}
