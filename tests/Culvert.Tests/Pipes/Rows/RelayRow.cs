namespace Culvert.Tests.Pipes.Rows;

/// <summary>An event of the relay's table.</summary>
/// <param name="Id">The section, and the place in it, which stays.</param>
/// <param name="Words">The event in the table's words.</param>
/// <param name="Ways">Where it can happen and the table says what follows; each has a test.</param>
/// <param name="Otherwise">Why it has no other ways; empty when it has all of its section.</param>
internal sealed record RelayRow(string Id, string Words, Way Ways, string Otherwise = "")
{
    /// <summary>All ways that a row of its section could have.</summary>
    public Way Possible => Id.StartsWith("5.1-", StringComparison.Ordinal) ? Way.Opening : Way.Relayed;
}
