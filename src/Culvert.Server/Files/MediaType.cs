using System.Collections.Frozen;

namespace Culvert.Server.Files;

/// <summary>What a file's extension says about its content.</summary>
internal sealed record MediaType(string Value, bool IsCompressible)
{
    private static readonly MediaType Unknown = new("application/octet-stream", false);

    private static readonly FrozenDictionary<string, MediaType> ByExtension = Build();

    public bool IsHtml => Value.StartsWith("text/html", StringComparison.Ordinal);

    /// <summary>By the extension of a name or path, in any case.</summary>
    public static MediaType Of(string path) =>
        ByExtension.GetValueOrDefault(Path.GetExtension(path), Unknown);

    private static FrozenDictionary<string, MediaType> Build()
    {
        var types = new Dictionary<string, MediaType>(StringComparer.OrdinalIgnoreCase);
        // Text is said to be UTF-8, or browsers guess.
        Add(types, "; charset=utf-8", true,
            "text/html html htm", "text/css css", "text/javascript js mjs", "text/plain txt text log ini conf",
            "text/markdown md markdown", "text/csv csv", "text/tab-separated-values tsv", "text/xml xml xsl",
            "text/calendar ics", "text/vtt vtt", "text/yaml yaml yml", "image/svg+xml svg",
            "application/json json map", "application/ld+json jsonld", "application/geo+json geojson",
            "application/manifest+json webmanifest", "application/xhtml+xml xhtml", "application/rss+xml rss",
            "application/atom+xml atom", "application/x-ndjson ndjson jsonl", "application/toml toml");
        Add(types, "", true,
            "application/wasm wasm", "font/ttf ttf", "font/otf otf", "font/collection ttc",
            "application/vnd.ms-fontobject eot", "image/bmp bmp", "image/x-icon ico cur", "model/gltf+json gltf",
            "application/rtf rtf");
        Add(types, "", false,
            "font/woff woff", "font/woff2 woff2", "image/png png", "image/apng apng", "image/jpeg jpg jpeg jpe",
            "image/gif gif", "image/webp webp", "image/avif avif", "image/heic heic", "image/jxl jxl",
            "image/tiff tif tiff", "video/mp4 mp4 m4v", "video/webm webm", "video/ogg ogv", "video/quicktime mov",
            "video/x-matroska mkv", "video/mp2t ts", "application/vnd.apple.mpegurl m3u8", "application/dash+xml mpd",
            "audio/mpeg mp3", "audio/mp4 m4a", "audio/ogg ogg oga opus", "audio/wav wav", "audio/flac flac",
            "audio/aac aac", "audio/webm weba", "audio/midi mid midi", "model/gltf-binary glb",
            "application/pdf pdf", "application/zip zip", "application/gzip gz tgz", "application/x-tar tar",
            "application/x-bzip2 bz2", "application/x-xz xz", "application/zstd zst", "application/x-7z-compressed 7z",
            "application/vnd.rar rar", "application/java-archive jar", "application/epub+zip epub",
            "application/vnd.android.package-archive apk", "application/x-bittorrent torrent",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document docx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation pptx",
            "application/vnd.oasis.opendocument.text odt", "application/vnd.oasis.opendocument.spreadsheet ods");
        return types.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static void Add(
        Dictionary<string, MediaType> types, string suffix, bool isCompressible, params ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            var words = line.Split(' ');
            var type = new MediaType(words[0] + suffix, isCompressible);
            foreach (var extension in words[1..])
            {
                types.Add($".{extension}", type);
            }
        }
    }
}
