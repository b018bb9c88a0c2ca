using System.Net;
using System.Net.Sockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A connection on its way, whose failure costs no more than an exception.</summary>
/// <remarks>
/// For a refusal that it hears of at once, <c>Socket.ConnectAsync</c> with a token formats a stack trace with the names
/// of source files. Each costs time, and the first loads the symbols of the server and keeps them open (.NET 10.0.12).
/// </remarks>
internal sealed class SocketConnect() : SocketAsyncEventArgs(true)
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Connects; the socket stays the caller's.</summary>
    /// <exception cref="SocketException">Nobody is reached.</exception>
    /// <exception cref="OperationCanceledException">The token was faster.</exception>
    public static async Task RunAsync(Socket socket, EndPoint endPoint, CancellationToken cancellationToken)
    {
        using var connect = new SocketConnect { RemoteEndPoint = endPoint };
        if (socket.ConnectAsync(connect))
        {
            await using var registered = cancellationToken.UnsafeRegister(
                static state => Socket.CancelConnectAsync((SocketConnect)state!), connect);
            await connect._completed.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (connect.SocketError != SocketError.Success)
        {
            throw new SocketException((int)connect.SocketError);
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _completed.TrySetResult();
}
