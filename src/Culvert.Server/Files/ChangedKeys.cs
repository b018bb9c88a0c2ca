using System.Text;
using Culvert.Protocol.Http;

namespace Culvert.Server.Files;

/// <summary>Which targets a file takes part in.</summary>
internal static class ChangedKeys
{
    private static readonly string[] SidecarExtensions = [".br", ".gz", ".zst"];

    public static IEnumerable<byte[]> Of(string path)
    {
        yield return KeyOf(path, false);
        var extension = Path.GetExtension(path);
        var stem = SidecarExtensions.Contains(extension) ? path[..^extension.Length] : path;
        if (stem != path)
        {
            yield return KeyOf(stem, false);
        }

        if (Path.GetFileName(stem) == "index.html")
        {
            yield return KeyOf(Path.GetDirectoryName(stem) ?? "", true);
        }
    }

    private static byte[] KeyOf(string path, bool isDirectory) =>
        Encoding.ASCII.GetBytes(RequestPath.Encode(path, isDirectory));
}
