namespace Culvert.Tests.Tidy;

/// <summary>One text file of the repository; the path is relative to the root and written with slashes.</summary>
internal sealed class TextFile(string path, string text)
{
    private readonly Lazy<CodeText> _masked = new(() => CodeText.Of(text));

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string[] Lines { get; } = text.Split('\n');

    /// <summary>The C# code alone: strings and comments are blanked, every line and column keeps its place.</summary>
    public string Code => _masked.Value.Code;

    /// <summary>The C# comments alone, every line and column in its place.</summary>
    public string Comments => _masked.Value.Comments;

    public string Extension => System.IO.Path.GetExtension(Path);

    public string FileName => System.IO.Path.GetFileName(Path);

    public bool IsUnder(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>The number of the line that holds a character, from 1.</summary>
    public int LineAt(int index) => Text.AsSpan(0, index).Count('\n') + 1;

    public Finding At(int line, string message) => new(Path, line, message);
}
