using System.Diagnostics;

namespace Culvert.Tests.Tidy;

/// <summary>The files the house rules read: tracked ones and new ones, without what git ignores.</summary>
internal static class Repository
{
    private static readonly Lazy<string> LazyRoot = new(FindRoot);
    private static readonly Lazy<string[]> LazyPaths = new(ListPaths);
    private static readonly Lazy<TextFile[]> LazyFiles = new(ReadFiles);

    private static readonly string[] FoldersNeverRead = [".git", "bin", "obj", "artifacts", "node_modules", "data"];

    public static string Root => LazyRoot.Value;

    /// <summary>Every file's path relative to the root, with slashes.</summary>
    public static IReadOnlyList<string> Paths => LazyPaths.Value;

    /// <summary>Every text file; a file that holds a zero byte is not text.</summary>
    public static IReadOnlyList<TextFile> Files => LazyFiles.Value;

    public static IEnumerable<TextFile> CSharp => Files.Where(f => f.Extension == ".cs");

    public static IEnumerable<TextFile> Markdown => Files.Where(f => f.Extension == ".md");

    /// <summary>The text of a file, or nothing when there is no such file.</summary>
    public static string TextOf(string path) => Files.FirstOrDefault(f => f.Path == path)?.Text ?? "";

    /// <summary>Whether a path relative to the root names a file or a folder that is part of the repository.</summary>
    public static bool Holds(string path) =>
        path.Length == 0 || Paths.Any(p => p == path || p.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>Fails with one line for each finding.</summary>
    public static void MustHaveNone(IEnumerable<Finding> findings)
    {
        var list = findings.Select(f => f.ToString()).ToList();
        Assert.True(list.Count == 0, string.Join('\n', list));
    }

    /// <summary>The list without git's help: everything but the folders that only ever hold results.</summary>
    public static IEnumerable<string> Walk(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'));
        var below = Directory.EnumerateDirectories(folder)
            .Where(f => !FoldersNeverRead.Contains(Path.GetFileName(f), StringComparer.Ordinal))
            .SelectMany(Walk);
        return files.Concat(below);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Culvert.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"Culvert.slnx is in no folder above {AppContext.BaseDirectory}.");
    }

    private static string[] ListPaths()
    {
        var listed = AskGit() ?? Walk(Root);
        // A file that is deleted but not yet committed is still in git's list.
        return [.. listed.Where(p => File.Exists(Path.Combine(Root, p))).Order(StringComparer.Ordinal)];
    }

    /// <summary>Git's list, or nothing where git is missing or refuses, as in an unpacked source archive.</summary>
    private static string[]? AskGit()
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "ls-files", "-z", "--cached", "--others", "--exclude-standard" },
        };

        try
        {
            using var git = Process.Start(start);
            if (git is null)
            {
                return null;
            }

            // An event handler empties the error stream, so that neither pipe can fill while the other is read.
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.Split('\0', StringSplitOptions.RemoveEmptyEntries) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static TextFile[] ReadFiles() =>
    [
        .. Paths.Select(p => (Path: p, Bytes: File.ReadAllBytes(Path.Combine(Root, p))))
            .Where(f => !f.Bytes.AsSpan().Contains((byte)0))
            .Select(f => new TextFile(f.Path, System.Text.Encoding.UTF8.GetString(f.Bytes))),
    ];
}
