namespace Culvert.Server.Pipes.Relaying;

/// <summary>How far a direction got with what it read.</summary>
/// <param name="Consumed">Up to here it is done with.</param>
/// <param name="Examined">Up to here it has looked; the end of the input when it needs more.</param>
internal readonly record struct Taken(SequencePosition Consumed, SequencePosition Examined);
