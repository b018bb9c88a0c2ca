using System.Text;

namespace Culvert.Server.Accounts;

/// <summary>Small files that only the user the server runs as may read.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The text of the file without the white space around it; made from the other text if missing.</summary>
    public static string ReadOrCreate(string path, Func<string> create)
    {
        if (!File.Exists(path))
        {
            Create(path, create());
        }

        // Restored from a backup or written by hand, it may have become readable for everybody.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }

        return File.ReadAllText(path).Trim();
    }

    // Under another name first: a start that is killed half way must not leave half a secret.
    private static void Create(string path, string text)
    {
        var newPath = path + ".new";
        File.Delete(newPath);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(newPath, options))
        {
            file.Write(Encoding.UTF8.GetBytes(text + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(newPath, path, overwrite: false);
    }
}
