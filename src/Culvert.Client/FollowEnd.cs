namespace Culvert.Client;

/// <summary>How an enumeration of a stream ended.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="Why">What happened, for people.</param>
/// <param name="Code">The code of <c>bye</c>, 4100 to 4199, for <see cref="FollowEndKind.Dismissed"/>; else 0.</param>
/// <param name="Error">What was thrown; null for the ends that throw nothing.</param>
public sealed record FollowEnd(FollowEndKind Kind, string Why, int Code = 0, CulvertException? Error = null);
