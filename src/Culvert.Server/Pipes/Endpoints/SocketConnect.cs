using System.Net;
using System.Net.Sockets;
using Culvert.Server.Connections;

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
    /// <param name="socket">Blocking, as it is made.</param>
    /// <param name="endPoint">Where to.</param>
    /// <param name="loops">Wait for it, so that .NET's sockets never get to know it; null for those.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">Nobody is reached.</exception>
    /// <exception cref="OperationCanceledException">The token was faster.</exception>
    public static async Task RunAsync(
        Socket socket, EndPoint endPoint, SocketLoops? loops, CancellationToken cancellationToken)
    {
        if (loops?.For(socket) is { } readiness)
        {
            await RunAsync(socket, endPoint, readiness, cancellationToken);
            return;
        }

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

    private static async Task RunAsync(
        Socket socket, EndPoint endPoint, SocketReadiness readiness, CancellationToken cancellationToken)
    {
        using var released = readiness;
        socket.Blocking = false;
        if (!IsThere(socket, endPoint))
        {
            if (!readiness.TryWait())
            {
                throw new SocketException((int)SocketError.NoBufferSpaceAvailable);
            }

            await readiness.WhenWritableAsync().AsTask().WaitAsync(cancellationToken);

            // What follows is not for the thread that serves sockets.
            await Task.Yield();
        }

        var error = (int)(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) ?? 0);
        if (error != 0 || !socket.Connected)
        {
            throw new SocketException(error);
        }

        socket.Blocking = true;
    }

    /// <summary>False when it is on its way.</summary>
    private static bool IsThere(Socket socket, EndPoint endPoint)
    {
        try
        {
            socket.Connect(endPoint);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            return false;
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => _completed.TrySetResult();
}
