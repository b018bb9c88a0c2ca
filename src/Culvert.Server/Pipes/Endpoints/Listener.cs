using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Waits at an address for connections.</summary>
internal sealed class Listener : IDisposable
{
    private const int Backlog = 512;
    private const int NoSuchDevice = 6;

    private static readonly TimeSpan BreathWithoutHandles = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly Endpoint _endpoint;
    private readonly TimeProvider _time;

    private Listener(Socket socket, Endpoint endpoint, TimeProvider time)
    {
        _socket = socket;
        _endpoint = endpoint;
        _time = time;
    }

    /// <summary>The end with the port it really has.</summary>
    public Endpoint Endpoint =>
        _socket.LocalEndPoint is IPEndPoint bound ? _endpoint with { Port = bound.Port } : _endpoint;

    /// <summary>Begins to listen. A socket file of a process that is gone is replaced; the new one is 0600.</summary>
    /// <exception cref="EndpointException">The address cannot be had.</exception>
    public static Listener Bind(Endpoint endpoint, TimeProvider time)
    {
        Socket? socket = null;
        try
        {
            socket = endpoint.Kind == EndpointKind.UnixListen ? BindFile(endpoint) : BindAddress(endpoint);
            socket.Listen(Backlog);
            return new Listener(socket, endpoint, time);
        }
        catch (Exception exception) when (
            exception is (SocketException or UnauthorizedAccessException or IOException) and not EndpointException)
        {
            socket?.Dispose();
            var why = exception is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
                ? "the address is in use"
                : exception.Message;
            throw new EndpointException(
                EndpointFailure.CannotListen, $"{endpoint.Name}: cannot listen: {why}", exception);
        }
    }

    /// <summary>The next connection.</summary>
    public async Task<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var socket = await _socket.AcceptAsync(cancellationToken);
                if (_endpoint.Kind != EndpointKind.UnixListen)
                {
                    socket.NoDelay = true;
                    TcpKeepAlive.Begin(socket);
                }

                return socket;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                // It stays in the queue until one is free.
                await Task.Delay(BreathWithoutHandles, _time, cancellationToken);
            }
            catch (SocketException) when (!cancellationToken.IsCancellationRequested)
            {
                // Whoever it was has gone again.
            }
        }
    }

    /// <summary>Names a peer for the log.</summary>
    public string NameOf(Socket socket) => socket.RemoteEndPoint is IPEndPoint peer
        ? string.Create(CultureInfo.InvariantCulture, $"{peer}")
        : _endpoint.Name;

    public void Dispose()
    {
        _socket.Dispose();
        if (_endpoint.Kind == EndpointKind.UnixListen)
        {
            File.Delete(_endpoint.Path);
        }
    }

    private static Socket BindAddress(Endpoint endpoint)
    {
        var address = IPAddress.TryParse(endpoint.Host, out var literal) ? literal : IPAddress.Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, endpoint.Port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket BindFile(Endpoint endpoint)
    {
        RemoveStale(endpoint);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(endpoint.Path));
            if (!OperatingSystem.IsWindows())
            {
                // Nobody can connect before Listen, so nobody was let in by the mode it was made with.
                File.SetUnixFileMode(endpoint.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            return socket;
        }
        catch (Exception exception) when (exception is SocketException or UnauthorizedAccessException or IOException)
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveStale(Endpoint endpoint)
    {
        if (!File.Exists(endpoint.Path))
        {
            return;
        }

        if (!IsSocketFile(endpoint.Path))
        {
            throw new EndpointException(
                EndpointFailure.CannotListen, $"{endpoint.Name}: cannot listen: a file is there that is no socket");
        }

        // Who listens but is too busy to answer at once is there too.
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        probe.Blocking = false;
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(endpoint.Path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(endpoint.Path);
            return;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
        {
            // In use, as below.
        }

        throw new EndpointException(
            EndpointFailure.CannotListen, $"{endpoint.Name}: cannot listen: the address is in use");
    }

    /// <summary>The base class library has no name for a socket file; the kernel opens any other than that.</summary>
    private static bool IsSocketFile(string path)
    {
        try
        {
            // For both: to read from a named pipe would wait for a writer.
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
            return false;
        }
        catch (IOException exception) when (exception.HResult == NoSuchDevice)
        {
            return true;
        }
    }
}
