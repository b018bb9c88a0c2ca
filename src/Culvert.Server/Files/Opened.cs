using Microsoft.Win32.SafeHandles;

namespace Culvert.Server.Files;

/// <summary>What was found at a path. Disposing closes it, unless the handle was taken out.</summary>
internal sealed class Opened : IDisposable
{
    private readonly SafeFileHandle? _pin;

    /// <param name="kind">What it is.</param>
    /// <param name="stamp">Its state when it was opened.</param>
    /// <param name="handle">The file, open for reading, where that was asked for.</param>
    /// <param name="directory">Where the names in a directory can be read.</param>
    /// <param name="pin">What else to close.</param>
    public Opened(
        OpenedKind kind,
        FileStamp stamp = default,
        SafeFileHandle? handle = null,
        string? directory = null,
        SafeFileHandle? pin = null)
    {
        Kind = kind;
        Stamp = stamp;
        Handle = handle;
        Directory = directory;
        _pin = pin;
    }

    public OpenedKind Kind { get; }

    public FileStamp Stamp { get; }

    public SafeFileHandle? Handle { get; private set; }

    /// <summary>A path under which a directory's names can be read until this is disposed.</summary>
    public string? Directory { get; }

    /// <summary>Hands the file to the caller, who closes it.</summary>
    public SafeFileHandle Take()
    {
        var handle = Handle ?? throw new InvalidOperationException("Nothing is open for reading.");
        Handle = null;
        return handle;
    }

    public void Dispose()
    {
        Handle?.Dispose();
        _pin?.Dispose();
    }
}
