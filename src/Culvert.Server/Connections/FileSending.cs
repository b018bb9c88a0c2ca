using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Connections;

/// <summary>sendfile(2): bytes of a file go to a socket without passing through this process.</summary>
internal static partial class FileSending
{
    /// <summary>Sends what the socket takes without waiting; 0 when that is nothing, or without such a call.</summary>
    /// <param name="socket">A connected, non-blocking socket.</param>
    /// <param name="file">A regular file; its own position does not change.</param>
    /// <param name="offset">Where in the file.</param>
    /// <param name="count">How many bytes at most; the kernel stops at 2 GiB.</param>
    public static unsafe long Send(SafeHandle socket, SafeFileHandle file, long offset, long count)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        // Whatever went wrong, the next ordinary send on the socket says it better.
        return Math.Max(0, SendFile(socket, file, &offset, (nint)count));
    }

    [LibraryImport("libc", EntryPoint = "sendfile")]
    private static unsafe partial nint SendFile(SafeHandle socket, SafeHandle file, long* offset, nint count);
}
