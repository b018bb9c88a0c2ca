using System.Net.Sockets;

namespace Culvert.Server.Connections;

/// <summary>
/// A receive that is under way on a socket; without room it only waits for something to be there. What happens to the
/// socket is a result and no exception.
/// </summary>
/// <param name="socket">Connected and non-blocking.</param>
/// <param name="completed">Called on the socket's thread when a receive that was under way is over.</param>
internal sealed class SocketReceive(Socket socket, Action completed) : SocketAsyncEventArgs(true)
{
    /// <summary>True when the receive fills memory that must stay where it is.</summary>
    public bool HasRoom => MemoryBuffer.Length > 0;

    /// <summary>Takes what is there at once.</summary>
    public static int Now(Socket socket, Span<byte> room, out SocketError error)
    {
        try
        {
            return socket.Receive(room, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    /// <summary>True when it is under way now; otherwise it is over, and the result is here.</summary>
    public bool Begin(Memory<byte> room)
    {
        try
        {
            if (HasRoom || room.Length > 0)
            {
                SetBuffer(room);
            }

            return socket.ReceiveAsync(this);
        }
        catch (ObjectDisposedException)
        {
            SocketError = SocketError.OperationAborted;
            return false;
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => completed();
}
