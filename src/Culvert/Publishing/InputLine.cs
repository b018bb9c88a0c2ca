namespace Culvert.Publishing;

/// <summary>One line of input.</summary>
/// <param name="Number">Its number, from 1, blank lines counted.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text without its line break; empty for the other kinds.</param>
internal readonly record struct InputLine(long Number, InputLineKind Kind, string Text);
