namespace Culvert.Server.Nodes;

/// <summary>How long a ticket lives, and how many there may be.</summary>
/// <param name="Lifetime">From now, by the clock of the store.</param>
/// <param name="PerUser">Unused ones of one user.</param>
/// <param name="Overall">Unused ones of all users.</param>
internal readonly record struct TicketLimits(TimeSpan Lifetime, int PerUser, int Overall);
