namespace Culvert.Tests.Tidy;

/// <summary>A declaration in a file: its kind and name, where it starts (behind its attributes) and ends.</summary>
/// <param name="Kind">What is declared.</param>
/// <param name="Name">The name of a namespace or a type; the header of anything else.</param>
/// <param name="Start">The index of its first character.</param>
/// <param name="End">The index of its last character, a brace or a semicolon.</param>
/// <param name="Nesting">How many types stand around it.</param>
internal sealed record CodeBlock(CodeBlockKind Kind, string Name, int Start, int End, int Nesting);
