namespace Culvert.Client;

/// <summary>A line of a stream that could not be read and was skipped.</summary>
/// <param name="Bytes">The line without its end; the first 1 KiB of it when it is longer. A copy: keep it if you like.</param>
/// <param name="Why">What is wrong with it.</param>
public sealed record BadLine(ReadOnlyMemory<byte> Bytes, string Why);
