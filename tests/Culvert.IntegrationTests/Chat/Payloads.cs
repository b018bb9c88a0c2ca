namespace Culvert.IntegrationTests.Chat;

/// <summary>Texts that run a script where text becomes markup. Each would call <c>hit()</c>.</summary>
internal static class Payloads
{
    // What runs when it becomes an element.
    private static readonly string[] Elements =
    [
        "<script>hit()</script>",
        "<img src=x onerror=hit()>",
        "<svg onload=hit()>",
        "<svg><animate onbegin=hit() attributeName=x dur=1s>",
        "<svg><script href=data:,hit() />",
        "<iframe srcdoc=\"<script>parent.hit()</script>\">",
        "<iframe src=javascript:parent.hit()>",
        "<body onpageshow=hit()>",
        "<input autofocus onfocus=hit()>",
        "<details open ontoggle=hit()>x",
        "<video><source onerror=hit()>",
        "<audio src=x onerror=hit()>",
        "<object data=javascript:hit()>",
        "<embed src=javascript:hit()>",
        "<link rel=stylesheet href=/nowhere onerror=hit()>",
        "<style>@import '/nowhere';</style><style onload=hit()></style>",
        "<meta http-equiv=refresh content='0;url=javascript:hit()'>",
        "<base href=//evil.example/>",
        "<form action=javascript:hit()><button autofocus>x</button></form>",
        "<button popovertarget=p>x</button><p id=p popover onbeforetoggle=hit()>",
        "<math><mtext><img src=x onerror=hit()></mtext></math>",
        "<template><img src=x onerror=hit()></template>",
        "<a href=javascript:hit() autofocus onfocus=hit()>x</a>",
        "<marquee onstart=hit()>x</marquee>",
        "<dialog open onfocusin=hit()><input autofocus></dialog>",
        "<select autofocus onfocus=hit()></select>",
    ];

    // Where it could get out of what it stands in.
    private static readonly Func<string, string>[] Places =
    [
        static x => x,
        static x => "\">" + x,
        static x => "'>" + x,
        static x => "</script>" + x,
        static x => "</textarea></title></style>" + x,
        static x => "-->" + x + "<!--",
        static x => "]]>" + x,
        static x => x.Replace("<", "&lt;", StringComparison.Ordinal),
        static x => x.Replace("<", "\\u003c", StringComparison.Ordinal),
        static x => x.ToUpperInvariant().Replace("HIT()", "hit()", StringComparison.Ordinal),
        static x => x.Replace(" ", "/", StringComparison.Ordinal),
        static x => "**" + x + "**",
    ];

    // What runs where an address or a value is believed.
    private static readonly string[] Others =
    [
        "[x](javascript:hit())", "[x](JaVaScRiPt:hit())", "[x](java\tscript:hit())", "[x](\u0001javascript:hit())",
        "[x](data:text/html,<script>parent.hit()</script>)", "[x](vbscript:hit())",
        "[x](https://a.example\" onfocus=\"hit())", "[<img src=x onerror=hit()>](https://a.example)",
        "![x](x\" onerror=\"hit())", "https://a.example/\"onmouseover=\"hit()",
        "https://a.example/<svg/onload=hit()>", "<https://a.example/\"><script>hit()</script>",
        "javascript:hit()//", "`</code><img src=x onerror=hit()>`", "```\"><img src=x onerror=hit()>\nx\n```",
        "```\n</code></pre><svg onload=hit()>\n```", "> <img src=x onerror=hit()>", "- <img src=x onerror=hit()>",
        "1. <svg onload=hit()>", "@<img src=x onerror=hit()>", "#<img src=x onerror=hit()>",
        ":<img src=x onerror=hit()>:", "{{constructor.constructor('hit()')()}}", "${hit()}", "<%= hit() %>",
        "#{hit()}", "\u2028hit()\u2029", "';hit();//", "\";hit();//", "`;hit();//", "\\\";hit();//",
        "</script><script>hit()//", "<!--<script>", "<scr<script>ipt>hit()</scr</script>ipt>",
        "<img src=x\nonerror\n=\nhit()>", "<img/src=x/onerror=hit()>", "<\u0000script>hit()</script>",
        "＜script＞hit()＜/script＞", "<svg/onload=&#104;it()>", "<a href=\"&#106;avascript:hit()\">x</a>", "__proto__",
        "constructor", "hasOwnProperty", "toString", "<p id=state>{\"me\":0}</p>",
        "<form id=composer><input name=action></form>", "<img name=getElementById>", "<a id=texts href=x>x</a>",
        "x\" class=\"jumbo\" data-user=\"y", "x' style='position:fixed;inset:0",
    ];

    /// <summary>More than 300.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Elements.SelectMany(static element => Places.Select(place => place(element))), .. Others];
}
