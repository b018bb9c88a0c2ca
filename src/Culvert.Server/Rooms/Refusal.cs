using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Why a request was not done, in the words of the catalogue.</summary>
/// <param name="Code">The catalogue's entry.</param>
/// <param name="Why">A sentence about this very case; null for the catalogue's own.</param>
/// <param name="AfterMilliseconds">When a retry may succeed; 0 when unknown.</param>
internal sealed record Refusal(ErrorCode Code, string? Why = null, int AfterMilliseconds = 0);
