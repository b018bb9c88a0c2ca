namespace Culvert.Commands;

/// <summary>What a backup or a verification found.</summary>
/// <param name="Summary">One line for a person: what was read or written, and how much.</param>
/// <param name="Problems">One line for each thing that is wrong; empty when all is well.</param>
internal sealed record DataReport(string Summary, IReadOnlyList<string> Problems);
