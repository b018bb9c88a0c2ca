using System.CommandLine;

namespace Culvert.Arguments;

/// <summary>A command that teaches: what its help page says beyond its options.</summary>
internal sealed class CommandPage(string name, string description) : Command(name, description)
{
    /// <summary>Command lines worth copying, each with what it does.</summary>
    public IReadOnlyList<(string Line, string Does)> Examples { get; init; } = [];

    /// <summary>Exit codes of the command with what each means for it.</summary>
    public IReadOnlyList<(int Code, string Means)> ExitCodes { get; init; } = [];

    /// <summary>Paragraphs a reader needs before the examples make sense.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
