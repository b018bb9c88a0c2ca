using System.Runtime.InteropServices;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Signals to programs that this process started (POSIX kill).</summary>
internal static partial class ChildSignal
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal to the group that a program leads, or to it alone when it leads none.</summary>
    public static void Send(int process, int signal)
    {
        // A program that has just ended, or does so now, is what was wanted.
        if (KillNative(-process, signal) != 0)
        {
            _ = KillNative(process, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillNative(int process, int signal);
}
