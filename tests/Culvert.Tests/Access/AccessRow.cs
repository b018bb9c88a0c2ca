namespace Culvert.Tests.Access;

/// <summary>One row of a table in docs/access.md.</summary>
/// <param name="Method">The method, or the op of a command.</param>
/// <param name="Target">The path of a request; empty for a command.</param>
/// <param name="Body">The body of a request, or the members of a command; null for none.</param>
/// <param name="Expected">Answers for <see cref="AccessTable.Columns"/>; a dash where there is nobody.</param>
internal sealed record AccessRow(string Method, string Target, string? Body, string[] Expected)
{
    /// <summary>As the routes of the server spell it.</summary>
    public string Pattern => Target.Split('?')[0]
        .Replace("{own}", "{seq}", StringComparison.Ordinal)
        .Replace("{deleted}", "{room}", StringComparison.Ordinal);

    /// <summary>The row as the page has it.</summary>
    public string With(IEnumerable<string> answers)
    {
        var line = $"`{Method} {Target}".TrimEnd() + "`";
        var request = Body is null ? line : $"{line} `{Body}`";
        return $"| {request} | {string.Join(" | ", answers)} |";
    }
}
