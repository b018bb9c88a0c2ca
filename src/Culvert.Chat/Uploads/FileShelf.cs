using Culvert.Server.Hosting;

namespace Culvert.Chat.Uploads;

/// <summary>The bytes of files, below <c>uploads</c> of the data directory. Safe for concurrent calls.</summary>
/// <remarks>
/// Two levels of directories, named by the first letters of the id, so that none grows beyond what tools can list.
/// Readable by the server's user only.
/// </remarks>
internal sealed class FileShelf
{
    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _root;
    private readonly string _arriving;

    public FileShelf(ServerOptions options)
    {
        _root = Path.Combine(Path.GetFullPath(options.Data), DataDirectory.Uploads);
        _arriving = Path.Combine(_root, "arriving");
    }

    /// <summary>Deletes what was arriving when the server stopped. Call it before the first file arrives.</summary>
    public void Clean()
    {
        if (Directory.Exists(_arriving))
        {
            Directory.Delete(_arriving, recursive: true);
        }
    }

    /// <summary>A file to write to, which has no name for others until <see cref="Keep"/>.</summary>
    public FileStream Create(string id)
    {
        MakeDirectory(_arriving);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = ForOwner;
        }

        return new FileStream(ArrivingPath(id), options);
    }

    /// <summary>Gives a closed file its place.</summary>
    public void Keep(string id)
    {
        var path = PathOf(id);

        // PathOf always has a directory.
        MakeDirectory(Path.GetDirectoryName(path)!);
        File.Move(ArrivingPath(id), path, overwrite: false);
    }

    /// <summary>Deletes a file, also one that did not arrive; does nothing when there is none.</summary>
    public void Delete(string id)
    {
        foreach (var path in (string[])[ArrivingPath(id), PathOf(id)])
        {
            // Without a look first, a missing directory would be an error.
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Where a file is, if it is there.</summary>
    public string PathOf(string id) => Path.Combine(_root, id[..2], id[2..4], id);

    private string ArrivingPath(string id) => Path.Combine(_arriving, id);

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, ForOwner | UnixFileMode.UserExecute);
        }
    }
}
