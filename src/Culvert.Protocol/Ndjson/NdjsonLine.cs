namespace Culvert.Protocol.Ndjson;

/// <summary>What <see cref="NdjsonLineReader"/> found.</summary>
public enum NdjsonLine
{
    /// <summary>No whole line is left in the input; feed more.</summary>
    None,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A line longer than the bound; reported once, its bytes are skipped.</summary>
    TooLong,
}
