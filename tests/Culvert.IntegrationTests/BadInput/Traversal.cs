namespace Culvert.IntegrationTests.BadInput;

/// <summary>Spellings of ways out of a directory, each with every separator and at several depths.</summary>
internal static class Traversal
{
    private static readonly string[] Climbs =
    [
        "..", "%2e%2e", ".%2e", "%2E.", "%252e%252e", "....", "..;", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae",
        "%ef%bc%8e%ef%bc%8e", "%u002e%u002e", "..%00", "..%20", "..%2e", "%2e%2e%2f..",
    ];

    private static readonly string[] Separators = ["/", "//", "/./", "%2f", "%5c", "\\", "%252f", "%c0%af",
    "%ef%bc%8f"];

    private static readonly string[] Prefixes = ["/", "/dir/", "/missing/", "/page.html/", "//", "/v1/", "http://a/"];

    private static readonly string[] Links =
    [
        "outside", "outside-absolute", "outside-directory/secret.txt", "outside-directory/public2/secret.txt",
        "outside-sibling/secret.txt", "all/etc/passwd", "all/proc/self/environ", "loop/../../secret.txt",
    ];

    /// <summary>Targets of which none may show a secret. At least 200, each once.</summary>
    /// <param name="root">The directory that is served, for targets that name it in full.</param>
    public static IReadOnlyList<string> Targets(string root)
    {
        var climbs =
            from prefix in Prefixes
            from climb in Climbs
            from separator in Separators
            let depth = 1 + ((prefix.Length + climb.Length + separator.Length) % 3)
            let goal = (climb.Length + separator.Length) % 2 == 0 ? "secret.txt" : $"public2{separator}secret.txt"
            select $"{prefix}{string.Concat(Enumerable.Repeat(climb + separator, depth))}{goal}";
        var outside = Path.GetDirectoryName(root);
        string[] absolute =
        [
            $"/{outside}/secret.txt", $"//{outside}/secret.txt", $"/%2f{outside}/secret.txt", $"{outside}/secret.txt",
            $"file://{outside}/secret.txt", $"/file:{outside}/secret.txt", $"/dir{outside}/secret.txt", "//etc/passwd",
            $"/{Uri.EscapeDataString($"{outside}/secret.txt")}", "/C:\\secret.txt", "/\\\\a\\secret.txt", "/~root/",
            "/~/",
            $"http://a{outside}/secret.txt", $"/{root}2/secret.txt", "/public2/secret.txt", "/.", "/%2e", "/...",
            "/. ./",
            "/%2e%2e\0/secret.txt", "/..\0/secret.txt", "/page.html%00/../../secret.txt", "/page.html/../../secret.txt",
        ];
        var links = Links.SelectMany(l => (string[])[$"/{l}", $"/dir/%2e./{l}", $"/missing/../{l}"]);
        return [.. climbs.Concat(absolute).Concat(links)];
    }
}
