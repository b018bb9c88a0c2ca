using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Following;

/// <summary>Real text: the lines of this repository's own sources, numbered, so that no two are the same.</summary>
internal static class SourceLines
{
    public static IEnumerable<string> Take(int count)
    {
        var files = Directory
            .EnumerateFiles(Programs.Repository, "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".md", StringComparison.Ordinal))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Where(f => !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        return Repeat(files).SelectMany(File.ReadLines).Take(count).Select((line, i) => $"{i + 1}: {line}");
    }

    private static IEnumerable<string> Repeat(List<string> files)
    {
        while (true)
        {
            foreach (var file in files)
            {
                yield return file;
            }
        }
    }
}
