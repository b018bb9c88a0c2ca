namespace Culvert.Chat.Pages;

/// <summary>A browser that is signed in.</summary>
/// <param name="Id">Ends it.</param>
/// <param name="Current">True for this one.</param>
/// <param name="Agent">What the browser calls itself.</param>
/// <param name="Address">The beginning of its address.</param>
/// <param name="CreatedAt">UTC Unix milliseconds.</param>
/// <param name="SeenAt">UTC Unix milliseconds.</param>
public sealed record SessionRow(long Id, bool Current, string Agent, string Address, long CreatedAt, long SeenAt)
{
    private static readonly string[] Browsers = ["Edg", "OPR", "Firefox", "Chrome", "Safari", "curl"];
    private static readonly string[] Systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"];

    /// <summary>Browser and system, where they are known ones.</summary>
    internal string Device
    {
        get
        {
            var browser = Browsers.FirstOrDefault(name => Agent.Contains(name, StringComparison.Ordinal)) switch
            {
                "Edg" => "Edge",
                "OPR" => "Opera",
                var name => name,
            };
            var system = Systems.FirstOrDefault(name => Agent.Contains(name, StringComparison.Ordinal)) switch
            {
                "Mac OS X" => "macOS",
                var name => name,
            };
            return string.Join(" · ", new[] { browser, system }.OfType<string>());
        }
    }
}
