namespace Culvert.Chat;

/// <summary>What the chat takes from its users.</summary>
public sealed record ChatOptions
{
    /// <summary>Bytes of one file, 1 KiB to 2 GiB. Default 25 MiB.</summary>
    public long MaxFileBytes { get; init; } = 25L << 20;

    /// <summary>
    /// Bytes of all files of one user in a day, 1 KiB to 1 TiB. Default 500 MiB. A restart counts what is still there.
    /// </summary>
    public long MaxFileBytesPerDay { get; init; } = 500L << 20;

    /// <summary>Bytes of all files on the server, 1 KiB to 1 PiB. Default 20 GiB.</summary>
    public long MaxFileBytesInAll { get; init; } = 20L << 30;

    /// <summary>
    /// Width times height of a picture that is shown in the page, 1 to 1,000,000,000. A larger one is only offered for
    /// download, since showing it could exhaust the memory of a phone. Default 50,000,000.
    /// </summary>
    public int MaxImagePixels { get; init; } = 50_000_000;

    /// <summary>The time for one file to arrive, 1 s to 24 hours. Default 30 minutes.</summary>
    public TimeSpan UploadTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Files that arrive at once on the server, 1 to 10,000; a user has a quarter. Default 64.</summary>
    public int MaxUploads { get; init; } = 64;
}
