namespace Culvert.Client.Tunnels;

/// <summary>A name that this session serves, and who takes its streams. Immutable.</summary>
/// <param name="Name">The name.</param>
/// <param name="Instance">What tells this agent from others with the same name.</param>
/// <param name="Taker">Who takes the streams.</param>
internal sealed record TunnelName(string Name, string Instance, IStreamTaker Taker);
