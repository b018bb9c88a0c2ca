using Culvert.Tests.Tidy;

namespace Culvert.Tests.Access;

/// <summary>Reads the tables of docs/access.md, so that the page cannot say what is not so.</summary>
internal static class AccessTable
{
    public const string Page = "docs/access.md";

    /// <summary>Who asks, in the order of the columns.</summary>
    public static readonly string[] Columns =
        ["anonymous", "non-member", "member", "muted", "moderator", "banned", "owner", "server owner"];

    /// <summary>The rows below the heading, up to the next one.</summary>
    public static IReadOnlyList<AccessRow> Read(string heading)
    {
        var lines = Repository.TextOf(Page).Split('\n')
            .SkipWhile(line => line != $"## {heading}").Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
        return [.. lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(Parse)];
    }

    private static AccessRow Parse(string line)
    {
        var cells = line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray();
        Assert.True(cells.Length == Columns.Length + 1, $"{Page}: this row has another number of columns: {line}");
        var code = cells[0].Split('`', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part.Trim().Length > 0).ToArray();
        var (method, target) = (code[0].Split(' ', 2)[0], code[0].Split(' ', 2).ElementAtOrDefault(1) ?? "");
        return new AccessRow(method, target, code.ElementAtOrDefault(1), cells[1..]);
    }
}
