using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Culvert.Server.Connections;

/// <summary>
/// The threads that wait for sockets on an epoll of our own (decision 0010). .NET's tries each receive before it waits
/// for it, which is a system call that finds nothing for each message.
/// </summary>
/// <remarks>Thread-safe. A thread begins with its first socket. Nothing on these threads may block.</remarks>
internal sealed class SocketLoops : IDisposable
{
    private readonly SocketLoop[] _loops;
    private int _next;

    /// <summary>One thread for each processor, as .NET has where completions run inline.</summary>
    public SocketLoops()
    {
        _loops = new SocketLoop[IsSupported ? Environment.ProcessorCount : 0];
        for (var i = 0; i < _loops.Length; i++)
        {
            _loops[i] = new SocketLoop(i);
        }
    }

    /// <summary>Elsewhere the kernel has another call, or another layout for this one.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>What says when the socket is ready; null where the system has no such loop.</summary>
    /// <param name="socket">
    /// A TCP socket that does not block. One that .NET has waited for already is heard by both, which costs more.
    /// </param>
    public SocketReadiness? For(Socket socket) =>
        _loops.Length == 0
            ? null
            : new SocketReadiness(_loops[(uint)Interlocked.Increment(ref _next) % _loops.Length], socket);

    /// <summary>Stops the threads. Whoever still waits is told that it waits for nothing any more.</summary>
    public void Dispose()
    {
        foreach (var loop in _loops)
        {
            loop.Dispose();
        }
    }
}
