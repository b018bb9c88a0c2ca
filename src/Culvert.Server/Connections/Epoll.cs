using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Connections;

/// <summary>epoll(7), edge-triggered, in the layout of x86-64.</summary>
internal static partial class Epoll
{
    /// <summary>The place of the bell, which no socket has.</summary>
    public const long Bell = -1;

    /// <summary>Bytes may be there.</summary>
    public const uint In = 0x1;

    /// <summary>The kernel takes bytes again.</summary>
    public const uint Out = 0x4;

    /// <summary>An end, an error or urgent data: then a receive that was not filled may not have got all.</summary>
    public const uint Odd = Urgent | Error | HangUp | PeerEnded;

    private const uint Urgent = 0x2;
    private const uint Error = 0x8;
    private const uint HangUp = 0x10;
    private const uint PeerEnded = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Add = 1;
    private const int Delete = 2;
    private const int Interrupted = 4;

    /// <summary>Makes an epoll, and a bell that wakes who waits for it. False when the system has none left.</summary>
    public static unsafe bool TryMake(out SafeFileHandle epoll, out SafeFileHandle bell)
    {
        epoll = new SafeFileHandle(Create(CloseOnExec), ownsHandle: true);
        bell = new SafeFileHandle(EventFd(0, CloseOnExec | NonBlocking), ownsHandle: true);
        var ring = new Event { Bits = In, Place = Bell };
        if (!epoll.IsInvalid && !bell.IsInvalid && Control(epoll, Add, bell, &ring) == 0)
        {
            return true;
        }

        epoll.Dispose();
        bell.Dispose();
        return false;
    }

    public static unsafe void Ring(SafeFileHandle bell)
    {
        var one = 1L;
        try
        {
            _ = Write(bell, &one, sizeof(long));
        }
        catch (ObjectDisposedException)
        {
            // Whom it would wake is awake, and gone.
        }
    }

    /// <summary>False when the system cannot, or the socket is closed.</summary>
    public static unsafe bool TryAdd(SafeFileHandle epoll, Socket socket, long place)
    {
        var interest = new Event { Bits = In | Out | Urgent | PeerEnded | EdgeTriggered, Place = place };
        try
        {
            return Control(epoll, Add, socket.SafeHandle, &interest) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>A socket that is closed has gone by itself.</summary>
    public static unsafe void Remove(SafeFileHandle epoll, Socket socket)
    {
        try
        {
            var none = default(Event);
            _ = Control(epoll, Delete, socket.SafeHandle, &none);
        }
        catch (ObjectDisposedException)
        {
            // As it should be.
        }
    }

    /// <summary>Waits for something to happen, and says how much did.</summary>
    /// <exception cref="InvalidOperationException">A fault of ours.</exception>
    public static unsafe int Wait(SafeFileHandle epoll, Span<Event> events)
    {
        while (true)
        {
            int count;
            fixed (Event* first = events)
            {
                count = WaitFor(epoll.DangerousGetHandle(), first, events.Length, -1);
            }

            if (count >= 0)
            {
                return count;
            }

            if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
            {
                throw new InvalidOperationException($"epoll_wait failed with error {error}.");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial nint Create(int flags);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial nint EventFd(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    private static unsafe partial int Control(SafeHandle epoll, int operation, SafeHandle file, Event* interest);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static unsafe partial int WaitFor(nint epoll, Event* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint Write(SafeHandle file, void* bytes, nint count);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct Event
    {
        public uint Bits;
        public long Place;
    }
}
