using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>Reads whole files, and only in one piece: never half of the old content and half of the new.</summary>
internal static class FileReader
{
    /// <summary>Blocks on the disk.</summary>
    /// <param name="opener">Says whether the file changed meanwhile.</param>
    /// <param name="handle">The file.</param>
    /// <param name="stamp">Its state before.</param>
    /// <returns>The content, or null when it changed while it was read, or cannot be read.</returns>
    public static byte[]? TryRead(IFileOpener opener, SafeFileHandle handle, FileStamp stamp)
    {
        try
        {
            var content = new byte[stamp.Size];
            var length = 0;
            while (length < content.Length)
            {
                var count = RandomAccess.Read(handle, content.AsSpan(length), length);
                if (count == 0)
                {
                    return null;
                }

                length += count;
            }

            return opener.StampOf(handle) == stamp ? content : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
