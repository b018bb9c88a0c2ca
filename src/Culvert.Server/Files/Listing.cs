using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Culvert.Server.Files;

/// <summary>Lists a directory, as a page or, for those who accept it before a page, as JSON.</summary>
internal static class Listing
{
    /// <summary>More names than anybody reads; the rest is left out, and the list says so.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>Null when the directory cannot be read. Blocks on the disk.</summary>
    public static FileAnswer? TryAnswer(in FileRequest request, IFileOpener opener, string path, SiteOptions options)
    {
        using var opened = opener.Open(path, toRead: false);
        if (opened is not { Kind: OpenedKind.Directory, Directory: { } directory })
        {
            return null;
        }

        var entries = Read(opener, directory, path, options, out var isCut);
        entries.Sort((a, b) => a.IsDirectory != b.IsDirectory
            ? b.IsDirectory.CompareTo(a.IsDirectory)
            : StringComparer.OrdinalIgnoreCase.Compare(a.Name, b.Name));
        var isJson = WantsJson(request.Accept);
        var body = isJson ? Json(entries, isCut) : Encoding.UTF8.GetBytes(Html(path, entries, isCut));
        var head = new HeadFields
        {
            Status = 200,
            ContentLength = body.Length,
            ContentType = isJson ? "application/json; charset=utf-8" : "text/html; charset=utf-8",
            CacheControl = "no-store",
        }.ToHead();
        return new FileAnswer(head, request.IsHead ? default : body);
    }

    private static bool WantsJson(ReadOnlySpan<byte> accept)
    {
        var json = accept.IndexOf("application/json"u8);
        var html = accept.IndexOf("text/html"u8);
        return json >= 0 && (html < 0 || json < html);
    }

    private static List<ListingEntry> Read(
        IFileOpener opener, string directory, string path, SiteOptions options, out bool isCut)
    {
        isCut = false;
        var entries = new List<ListingEntry>();
        foreach (var info in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if (entries.Count == MaxEntries)
            {
                isCut = true;
                break;
            }

            if ((info.Name[0] == '.' && !options.DangerousServeHidden) || !IsReachable(info.Name))
            {
                continue;
            }

            // What would be refused is not shown: links out of the root, sockets and pipes.
            using var entry = opener.Open(path.Length == 0 ? info.Name : $"{path}/{info.Name}", toRead: false);
            if (entry.Kind is OpenedKind.File or OpenedKind.Directory)
            {
                var isDirectory = entry.Kind == OpenedKind.Directory;
                entries.Add(new ListingEntry(info.Name, isDirectory, entry.Stamp.Size, entry.Stamp.ModifiedSeconds));
            }
        }

        return entries;
    }

    // As RequestPath has it.
    private static bool IsReachable(string name) => !name.Any(c => c is '\\' or < ' ' or '\u007F');

    private static byte[] Json(List<ListingEntry> entries, bool isCut)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("entries");
            foreach (var entry in entries)
            {
                json.WriteStartObject();
                json.WriteString("name", entry.Name);
                json.WriteString("type", entry.IsDirectory ? "directory" : "file");
                if (!entry.IsDirectory)
                {
                    json.WriteNumber("size", entry.Size);
                }

                json.WriteString("modified", DateTimeOffset.FromUnixTimeSeconds(entry.Modified));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("truncated", isCut);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string Html(string path, List<ListingEntry> entries, bool isCut)
    {
        var title = WebUtility.HtmlEncode($"/{path}");
        var text = new StringBuilder($$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{title}}</title>
            <style>
            :root { color-scheme: light dark; }
            body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
            h1 { font-size: 1.3rem; overflow-wrap: anywhere; }
            table { border-collapse: collapse; width: 100%; }
            td { border-top: 1px solid #8884; padding: .3rem .5rem; vertical-align: top; }
            td:first-child { overflow-wrap: anywhere; }
            td + td { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; opacity: .8; }
            @media (max-width: 36rem) { td:last-child { display: none; } }
            </style>
            </head>
            <body>
            <h1>{{title}}</h1>
            <table>

            """);
        if (path.Length > 0)
        {
            text.Append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
        }

        foreach (var entry in entries)
        {
            AppendRow(text, entry);
        }

        text.Append("</table>\n");
        if (isCut)
        {
            text.Append(CultureInfo.InvariantCulture, $"<p>Only {MaxEntries} names are shown.</p>\n");
        }

        return text.Append("</body>\n</html>\n").ToString();
    }

    private static void AppendRow(StringBuilder text, ListingEntry entry)
    {
        var slash = entry.IsDirectory ? "/" : "";
        // In front, so that a name with a colon is no scheme.
        var link = $"./{Uri.EscapeDataString(entry.Name)}{slash}";
        var size = entry.IsDirectory ? "" : SizeText(entry.Size);
        var modified = DateTimeOffset.FromUnixTimeSeconds(entry.Modified);
        text.Append(
            CultureInfo.InvariantCulture,
            $"<tr><td><a href=\"{link}\">{WebUtility.HtmlEncode(entry.Name)}{slash}</a></td><td>{size}</td>");
        text.Append(CultureInfo.InvariantCulture, $"<td>{modified:yyyy-MM-dd HH:mm}</td></tr>\n");
    }

    private static string SizeText(long size)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        double value = size;
        var unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }
}
