using Culvert.Server.Files;
using Microsoft.Win32.SafeHandles;

namespace Culvert.Tests.Files;

/// <summary>A disk that gives nothing away.</summary>
internal sealed class RefusingOpener(OpenedKind kind) : IFileOpener
{
    public Opened Open(string path, bool toRead) => new(kind);

    public FileStamp StampOf(SafeFileHandle handle) => default;
}
