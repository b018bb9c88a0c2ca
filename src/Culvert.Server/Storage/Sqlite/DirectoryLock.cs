using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Culvert.Server.Storage.Sql;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>The claim of one process on a data directory: a locked file that holds the process id.</summary>
/// <remarks>The kernel drops the lock with the process, so a crash leaves nothing to clean up.</remarks>
internal static partial class DirectoryLock
{
    public const string FileName = "culvert.lock";

    // O_RDONLY | O_CLOEXEC, whose number differs between systems.
    private static readonly int ReadOnly = OperatingSystem.IsLinux() ? 0x80000 : 0;

    /// <summary>Locks the directory; dispose the result to release it.</summary>
    /// <exception cref="StoreOpenException">The directory cannot be written, or another process holds it.</exception>
    public static FileStream Take(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            var stream = new FileStream(path, Options(FileMode.OpenOrCreate, FileShare.None));
            stream.SetLength(0);
            stream.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            stream.Flush();
            return stream;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw NotWritable(directory, exception);
        }
        catch (IOException exception) when (ReadOwner(path) is string owner)
        {
            throw new StoreOpenException(
                $"The data directory {directory} is in use by the process {owner}: stop that process, or give this "
                + "one another directory with --data.",
                exception);
        }
        catch (IOException exception)
        {
            throw NotWritable(directory, exception);
        }
    }

    /// <summary>Makes the names in the directory durable.</summary>
    public static void Sync(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // The framework opens no directories.
        using var handle = new SafeFileHandle(Open(directory, ReadOnly), ownsHandle: true);
        if (!handle.IsInvalid)
        {
            RandomAccess.FlushToDisk(handle);
        }
    }

    /// <summary>A file only its owner may read, created when missing.</summary>
    public static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    public static StoreOpenException NotWritable(string directory, Exception exception) => new(
        $"The data directory {directory} cannot be written ({exception.Message.TrimEnd('.')}): give this user write "
        + "access to it, or choose another directory with --data.",
        exception);

    /// <summary>The process id in the lock file; null when there is none to read.</summary>
    /// <remarks>Opened by the C library because the framework's own open would ask for the lock.</remarks>
    private static string? ReadOwner(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.Exists(path) ? "that opened it first" : null;
        }

        using var handle = new SafeFileHandle(Open(path, ReadOnly), ownsHandle: true);
        Span<byte> text = stackalloc byte[32];
        if (handle.IsInvalid)
        {
            return null;
        }

        var count = RandomAccess.Read(handle, text, 0);
        var owner = Encoding.ASCII.GetString(text[..count]).Trim();
        return owner.Length == 0 ? "(of unknown id) that holds " + path : owner;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
