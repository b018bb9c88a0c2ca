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
        return new SiteOptions
        {
            Root = reader.Text("files:root"),
            Listing = reader.Flag("files:listing", standard.Listing),
            Fallback = reader.Text("files:fallback"),
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
