using Culvert.Server.Files;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Tests.Files;

/// <summary>A disk on which a file is written to while it is read.</summary>
internal sealed class TornOpener(IFileOpener inner, Action<int> beforeStamp) : IFileOpener
{
    private int _stamps;

    public Opened Open(string path, bool toRead) => inner.Open(path, toRead);

    public FileStamp StampOf(SafeFileHandle handle)
    {
        beforeStamp(++_stamps);
        return inner.StampOf(handle);
    }
}
