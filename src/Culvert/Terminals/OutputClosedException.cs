namespace Culvert.Terminals;

/// <summary>Nobody reads standard output any more. Not an error: the reader has seen enough.</summary>
internal sealed class OutputClosedException(Exception inner) : IOException("standard output is closed", inner);
