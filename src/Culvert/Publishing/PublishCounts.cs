namespace Culvert.Publishing;

/// <summary>What became of the lines of an input.</summary>
/// <param name="Published">Lines that are in the room now.</param>
/// <param name="Failed">Lines that no message can be made of, or that the server refused.</param>
internal readonly record struct PublishCounts(long Published, long Failed);
