using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>
/// Finds what lies at a path within one root directory. The one place that decides what is inside: links are followed,
/// and what they lead to counts by where it really is. Safe for concurrent use; blocks on the disk only.
/// </summary>
internal interface IFileOpener
{
    /// <summary>Never throws for what the disk holds.</summary>
    /// <param name="path">Segments joined by slashes, as in RequestPath; empty for the root itself.</param>
    /// <param name="toRead">Whether a file is opened for reading, or only looked at.</param>
    Opened Open(string path, bool toRead);

    /// <summary>The state of an open file now.</summary>
    FileStamp StampOf(SafeFileHandle handle);
}
