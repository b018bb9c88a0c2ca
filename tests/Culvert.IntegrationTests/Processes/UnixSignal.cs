using System.Runtime.InteropServices;

namespace Culvert.IntegrationTests.Processes;

/// <summary>Signals that the framework has no call for.</summary>
internal static partial class UnixSignal
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int process, int signal)
    {
        if (SendCore(process, signal) != 0)
        {
            throw new InvalidOperationException($"kill({process}, {signal}): errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendCore(int process, int signal);
}
