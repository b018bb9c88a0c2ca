using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>The few Linux calls that the base class library has no equal for.</summary>
internal static partial class Posix
{
    public const int Enoent = 2;
    public const int Enxio = 6;
    public const int Eacces = 13;
    public const int Enotdir = 20;
    public const int Einval = 22;
    public const int Enametoolong = 36;
    public const int Eloop = 40;
    public const int Eperm = 1;

    private const int CurrentDirectory = -100;
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int PathOnly = 0x200000;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7FF;
    private const int MaxPathBytes = 4096;

    /// <summary>Opens without reading: no right to read is needed, and a pipe or a device does not notice.</summary>
    /// <returns>Null on failure; the error is then the last one of this thread.</returns>
    public static SafeFileHandle? Pin(SafeFileHandle? directory, string path) =>
        Wrap(OpenAt(Number(directory), path, PathOnly | CloseOnExec | NonBlocking, 0));

    /// <summary>Opens for reading what was pinned.</summary>
    public static SafeFileHandle? Reopen(SafeFileHandle pin) =>
        Wrap(OpenAt(CurrentDirectory, LinkTo(pin), ReadOnly | CloseOnExec | NonBlocking, 0));

    /// <summary>A path that leads to what is open, whatever has been renamed since.</summary>
    public static string LinkTo(SafeFileHandle handle) => $"/proc/self/fd/{Number(handle)}";

    /// <summary>Where what is open really lies, or null when the system does not say.</summary>
    public static unsafe byte[]? RealPath(SafeFileHandle handle)
    {
        var buffer = stackalloc byte[MaxPathBytes];
        var length = (int)ReadLink(LinkTo(handle), buffer, MaxPathBytes);
        return length is <= 0 or MaxPathBytes ? null : new ReadOnlySpan<byte>(buffer, length).ToArray();
    }

    /// <summary>Reads type and state of what is open. False on failure.</summary>
    public static unsafe bool TryStat(SafeFileHandle handle, out StatBlock block)
    {
        block = default;
        fixed (StatBlock* pointer = &block)
        {
            return StatX(Number(handle), "", EmptyPath, BasicStats, pointer) == 0;
        }
    }

    private static int Number(SafeFileHandle? handle) =>
        handle is null ? CurrentDirectory : (int)handle.DangerousGetHandle();

    private static SafeFileHandle? Wrap(int descriptor) => descriptor < 0 ? null : new SafeFileHandle(descriptor, true);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int directory, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial nint ReadLink(string path, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int directory, string path, int flags, uint mask, StatBlock* block);

    /// <summary>The result of statx(2), whose layout is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatBlock
    {
        private const int TypeMask = 0xF000;

        [FieldOffset(0x1C)]
        private readonly ushort _mode;
        [FieldOffset(0x20)]
        private readonly ulong _inode;
        [FieldOffset(0x28)]
        private readonly ulong _size;
        [FieldOffset(0x60)]
        private readonly long _changed;
        [FieldOffset(0x68)]
        private readonly uint _changedNanoseconds;
        [FieldOffset(0x70)]
        private readonly long _modified;
        [FieldOffset(0x78)]
        private readonly uint _modifiedNanoseconds;
        [FieldOffset(0x88)]
        private readonly uint _deviceMajor;
        [FieldOffset(0x8C)]
        private readonly uint _deviceMinor;

        public readonly bool IsFile => (_mode & TypeMask) == 0x8000;

        public readonly bool IsDirectory => (_mode & TypeMask) == 0x4000;

        public readonly FileStamp Stamp => new(
            ((ulong)_deviceMajor << 32) | _deviceMinor,
            _inode,
            (long)_size,
            Nanoseconds(_modified, _modifiedNanoseconds),
            Nanoseconds(_changed, _changedNanoseconds));

        // A time that a broken file system makes up must not end in an exception; years 1678 to 2262 fit.
        private static long Nanoseconds(long seconds, uint rest) =>
            (Math.Clamp(seconds, -9_000_000_000, 9_000_000_000) * 1_000_000_000) + rest;
    }
}
