using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>
/// Opens first and asks afterwards: what is open cannot be exchanged any more, so the check and the use are of the same
/// file. The root is looked up each time; a link named current may be turned to another release while the server runs.
/// </summary>
internal sealed class LinuxOpener : IFileOpener
{
    private readonly string _root;

    public LinuxOpener(string root) => _root = Path.GetFullPath(root);

    /// <summary>Whether the system can say where an open file lies.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fd");

    public Opened Open(string path, bool toRead)
    {
        using var root = Posix.Pin(null, _root);
        if (root is null)
        {
            return new Opened(KindOf(Marshal.GetLastPInvokeError()));
        }

        var pin = Posix.Pin(root, path.Length == 0 ? "." : path);
        if (pin is null)
        {
            return new Opened(KindOf(Marshal.GetLastPInvokeError()));
        }

        var opened = Judge(root, pin, toRead);
        if (opened.Kind != OpenedKind.Directory)
        {
            pin.Dispose();
        }

        return opened;
    }

    public FileStamp StampOf(SafeFileHandle handle) => Posix.TryStat(handle, out var block) ? block.Stamp : default;

    private static Opened Judge(SafeFileHandle root, SafeFileHandle pin, bool toRead)
    {
        if (Posix.RealPath(root) is not { } outer || Posix.RealPath(pin) is not { } inner
            || !Posix.TryStat(pin, out var block))
        {
            return new Opened(OpenedKind.Failed);
        }

        if (!IsWithin(outer, inner))
        {
            return new Opened(OpenedKind.Forbidden);
        }

        if (block.IsDirectory)
        {
            return new Opened(OpenedKind.Directory, block.Stamp, directory: Posix.LinkTo(pin), pin: pin);
        }

        if (!block.IsFile)
        {
            return new Opened(OpenedKind.Forbidden);
        }

        if (!toRead)
        {
            return new Opened(OpenedKind.File, block.Stamp);
        }

        var handle = Posix.Reopen(pin);
        return handle is null
            ? new Opened(KindOf(Marshal.GetLastPInvokeError()))
            : new Opened(OpenedKind.File, block.Stamp, handle);
    }

    // By whole components: /srv/public2 is not within /srv/public.
    private static bool IsWithin(ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner)
    {
        outer = outer.TrimEnd((byte)'/');
        return inner.StartsWith(outer) && (inner.Length == outer.Length || inner[outer.Length] == '/');
    }

    private static OpenedKind KindOf(int error) => error switch
    {
        Posix.Enoent or Posix.Enotdir or Posix.Enametoolong or Posix.Einval => OpenedKind.Missing,
        Posix.Eacces or Posix.Eperm or Posix.Eloop or Posix.Enxio => OpenedKind.Forbidden,
        _ => OpenedKind.Failed,
    };
}
