namespace Culvert.Chat.Pages;

/// <summary>Where a form may send its reader afterwards.</summary>
internal static class LocalPath
{
    /// <summary>
    /// The path if it is one of this server, else <paramref name="otherwise"/>: nobody is sent elsewhere by a link to
    /// one of the pages.
    /// </summary>
    public static string Of(string path, string otherwise) => IsLocal(path) ? path : otherwise;

    private static bool IsLocal(string path) =>
        path is "/" or ['/', not ('/' or '\\'), ..] && !path.AsSpan().ContainsAny('\r', '\n', '\t');
}
