using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>
/// A body that is sent from an open file, in one part or, for several ranges, in more with text between. The handle is
/// shared and read at explicit offsets; disposing gives it back. A file that has got shorter cannot keep the promised
/// length: whoever reads less than that ends the connection.
/// </summary>
internal sealed class FileBody : IDisposable
{
    private OpenFile? _file;

    /// <summary>Takes over a use that the caller has of the file.</summary>
    public FileBody(OpenFile file, FilePart[] parts)
    {
        _file = file;
        Handle = file.Handle;
        Parts = parts;
        Length = parts.Sum(p => p.Text.Length + p.Length);
    }

    public SafeFileHandle Handle { get; }

    /// <summary>What to send, in order.</summary>
    public IReadOnlyList<FilePart> Parts { get; }

    /// <summary>Bytes in all.</summary>
    public long Length { get; }

    public void Dispose() => Interlocked.Exchange(ref _file, null)?.Release();
}
