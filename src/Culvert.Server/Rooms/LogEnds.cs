namespace Culvert.Server.Rooms;

/// <summary>The ends of a room's log in one snapshot of the store.</summary>
/// <param name="Epoch">Identity of the log.</param>
/// <param name="FloorOffset">The lowest offset that can be read.</param>
/// <param name="LastOffset">The last committed offset.</param>
/// <param name="FloorSeq">The lowest message number that can be read.</param>
/// <param name="LastSeq">The last message number.</param>
/// <param name="FloorWhy">Why the floor moved last.</param>
internal readonly record struct LogEnds(
    string Epoch, long FloorOffset, long LastOffset, long FloorSeq, long LastSeq, string FloorWhy);
