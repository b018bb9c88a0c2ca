using System.Text.RegularExpressions;

namespace Culvert.Tests.Tidy;

/// <summary>Finds a pattern in the code of a file, outside its strings and comments.</summary>
internal static class CodePattern
{
    public static IEnumerable<Finding> Find(TextFile file, string pattern, string message) =>
        Regex.Matches(file.Code, pattern).Select(m => file.At(file.LineAt(m.Index), message));
}
