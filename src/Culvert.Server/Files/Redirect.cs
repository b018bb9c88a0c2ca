using System.Text;

namespace Culvert.Server.Files;

/// <summary>Sends a client to the one spelling of a directory.</summary>
internal static class Redirect
{
    /// <param name="location">An encoded path with one slash in front.</param>
    /// <param name="query">The query with its question mark, checked to be visible characters only; or empty.</param>
    public static FileAnswer To(string location, ReadOnlySpan<byte> query) => new(
        new HeadFields
        {
            Status = 301,
            ContentLength = 0,
            // Or browsers would go there for ever, also when the directory has become a file.
            CacheControl = "no-cache",
            Location = location + Encoding.ASCII.GetString(query),
        }.ToHead(),
        default);
}
