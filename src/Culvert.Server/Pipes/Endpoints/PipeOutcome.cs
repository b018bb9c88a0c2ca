namespace Culvert.Server.Pipes.Endpoints;

/// <summary>How a pipe ended. Immutable.</summary>
/// <param name="Kind">The kind of end.</param>
/// <param name="Message">One line for people, without a full stop; null when there is nothing to say.</param>
public sealed record PipeOutcome(PipeOutcomeKind Kind, string? Message);
