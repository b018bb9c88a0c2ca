using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>
/// For systems without /proc: resolves every link by itself and then opens the plain path. Slower, and a link exchanged
/// between the two steps is followed; so no other user may write to the directory there. A named pipe is not told from
/// a file outside Windows.
/// </summary>
internal sealed class ManagedOpener : IFileOpener
{
    // As many as Linux follows.
    private const int MaxLinks = 40;

    private readonly string _root;

    public ManagedOpener(string root) => _root = Path.GetFullPath(root);

    public Opened Open(string path, bool toRead)
    {
        try
        {
            return OpenResolved(path, toRead);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or PathTooLongException)
        {
            return new Opened(OpenedKind.Missing);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return new Opened(OpenedKind.Forbidden);
        }
        catch (IOException)
        {
            return new Opened(OpenedKind.Failed);
        }
    }

    public FileStamp StampOf(SafeFileHandle handle)
    {
        var modified = Nanoseconds(File.GetLastWriteTimeUtc(handle));
        return new FileStamp(0, 0, RandomAccess.GetLength(handle), modified, modified);
    }

    private Opened OpenResolved(string path, bool toRead)
    {
        var links = MaxLinks;
        if (Resolve(_root, ref links) is not { } root)
        {
            return new Opened(OpenedKind.Forbidden);
        }

        // On Windows a colon names a stream of a file, or a drive.
        if (OperatingSystem.IsWindows() && path.Contains(':', StringComparison.Ordinal))
        {
            return new Opened(OpenedKind.Missing);
        }

        links = MaxLinks;
        if (Resolve(Path.Combine(root, path), ref links) is not { } real
            || !(real == root || real.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar,
                StringComparison.Ordinal)))
        {
            return new Opened(OpenedKind.Forbidden);
        }

        if (Directory.Exists(real))
        {
            return new Opened(OpenedKind.Directory, default, directory: real);
        }

        if (!File.Exists(real))
        {
            return new Opened(OpenedKind.Missing);
        }

        var handle = File.OpenHandle(real, share: FileShare.ReadWrite | FileShare.Delete);
        var stamp = StampOf(handle);
        if (toRead)
        {
            return new Opened(OpenedKind.File, stamp, handle);
        }

        handle.Dispose();
        return new Opened(OpenedKind.File, stamp);
    }

    /// <summary>The path with every link in it followed; null when they go in a circle.</summary>
    private static string? Resolve(string path, ref int links)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full) ?? "/";
        var names = full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names)
        {
            var next = Path.Combine(real, name);
            var target = new FileInfo(next).LinkTarget;
            if (target is null)
            {
                real = next;
            }
            else if (--links < 0 || Resolve(Path.Combine(real, target), ref links) is not { } followed)
            {
                return null;
            }
            else
            {
                real = followed;
            }
        }

        return real;
    }

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;
}
