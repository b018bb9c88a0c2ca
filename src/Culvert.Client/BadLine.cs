namespace Culvert.Client;

/// <summary>A line of a stream that could not be read and was skipped.</summary>
/// <param name="Bytes">The first 1 KiB of the line, without its end; empty when over the limit. A copy.</param>
/// <param name="Why">What is wrong with it.</param>
public sealed record BadLine(ReadOnlyMemory<byte> Bytes, string Why);
