namespace Culvert.Server.Files;

/// <summary>What live reload adds to a page.</summary>
internal static class ReloadScript
{
    public const string ScriptPath = "/.culvert/reload.js";

    public const string EventsPath = "/.culvert/reload";

    // After an interruption the page is loaded anew: the server may have restarted.
    private static readonly byte[] Script = """
        const events = new EventSource("/.culvert/reload");
        let interrupted = false;
        events.onerror = () => { interrupted = true; };
        events.onopen = () => { if (interrupted) location.reload(); };
        events.addEventListener("change", () => location.reload());

        """u8.ToArray();

    private static readonly AnswerHead Head = new HeadFields
    {
        Status = 200,
        ContentLength = Script.Length,
        ContentType = "text/javascript; charset=utf-8",
        CacheControl = "no-cache",
    }.ToHead();

    private static ReadOnlySpan<byte> Element => "<script src=\"/.culvert/reload.js\"></script>"u8;

    /// <summary>What the browser runs.</summary>
    public static FileAnswer Answer(bool isHead) => new(Head, isHead ? default : Script);

    /// <summary>
    /// Puts the element before the end of the body, or at the end where a page does not say where that is.
    /// </summary>
    public static byte[] AddTo(ReadOnlySpan<byte> page)
    {
        var at = Math.Max(page.LastIndexOf("</body>"u8), page.LastIndexOf("</BODY>"u8));
        at = at < 0 ? page.Length : at;
        return [.. page[..at], .. Element, .. page[at..]];
    }
}
