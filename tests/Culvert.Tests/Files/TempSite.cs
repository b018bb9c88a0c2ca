using System.Text;
using Culvert.Server.Files;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Files;

/// <summary>A directory <c>root</c> within a directory of its own, and a site over it.</summary>
internal sealed class TempSite : IAsyncDisposable
{
    private Site? _site;

    public TempSite()
    {
        Outside = Directory.CreateTempSubdirectory("culvert-files-").FullName;
        Root = Path.Combine(Outside, "root");
        Directory.CreateDirectory(Root);
    }

    public string Outside { get; }

    public string Root { get; }

    public SiteOptions Options { get; init; } = new();

    /// <summary>So far ahead that every file counts as long at rest.</summary>
    public ManualTimeProvider Time { get; init; } = new(TimeProvider.System.GetUtcNow().AddDays(1));

    public Func<IFileOpener, IFileOpener>? Opener { get; init; }

    public bool IsWatched { get; init; }

    /// <summary>Made when first asked for, so that files can be written before.</summary>
    public Site Site => _site ??= new Site(
        Options with { Root = Root },
        Time,
        NullLogger<Site>.Instance,
        Opener?.Invoke(new LinuxOpener(Root)),
        IsWatched);

    /// <summary>Writes a file that last changed long ago, unless a time is given.</summary>
    public string Write(string path, string content, DateTime? modified = null) =>
        Write(path, Encoding.UTF8.GetBytes(content), modified);

    public string Write(string path, byte[] content, DateTime? modified = null)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? Root);
        File.WriteAllBytes(full, content);
        File.SetLastWriteTimeUtc(full, modified ?? new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        return full;
    }

    /// <summary>Writes beside the root. The path is relative to the directory that both are in.</summary>
    public void WriteOutside(string path, string content)
    {
        var full = Path.Combine(Outside, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full) ?? Outside);
        File.WriteAllText(full, content);
    }

    public Reply Get(string target, params ReadOnlySpan<(string Name, string Value)> headers) =>
        Reply.To(Site, target, headers);

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
        {
            await _site.DisposeAsync();
        }

        Directory.Delete(Outside, recursive: true);
    }
}
