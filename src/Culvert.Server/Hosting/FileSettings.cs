using Culvert.Server.Files;

namespace Culvert.Server.Hosting;

/// <summary>Reads what is served from a directory.</summary>
internal static class FileSettings
{
    public static SiteOptions Read(SettingReader reader)
    {
        var standard = new SiteOptions();
        var none = TimeSpan.Zero;
        var maxAge = reader.Time("files:maxAge", standard.MaxAge ?? none, none, TimeSpan.FromDays(366));
        var root = reader.Text("files:root");
        if (root is not null && !Directory.Exists(root))
        {
            throw reader.Bad("files:root", root, "a directory that exists and can be read");
        }

        var fallback = reader.Text("files:fallback");
        if (fallback is not null && !SiteOptionsCheck.IsPlain(fallback))
        {
            throw reader.Bad("files:fallback", fallback, "a file within the root, such as index.html");
        }

        return new SiteOptions
        {
            Root = root,
            Listing = reader.Flag("files:listing", standard.Listing),
            Fallback = fallback,
            LiveReload = reader.Flag("files:liveReload", standard.LiveReload),
            AccessLog = reader.Flag("files:accessLog", standard.AccessLog),
            CacheBytes = reader.Bytes("files:cacheBytes", standard.CacheBytes, 0, 16L << 30),
            MaxCachedFileBytes = (int)reader.Bytes(
                "files:maxCachedFileBytes", standard.MaxCachedFileBytes, 0, 16 << 20),
            Compress = reader.Flag("files:compress", standard.Compress),
            MaxAge = maxAge > none ? maxAge : null,
            Immutable = reader.Flag("files:immutable", standard.Immutable),
            DangerousServeHidden = reader.Flag("files:dangerousServeHidden", standard.DangerousServeHidden),
        };
    }
}
