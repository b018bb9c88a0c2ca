namespace Culvert.Server.Nodes;

/// <summary>A ticket as the store of the nodes keeps it.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="Body">What it stands for; the store does not look into it.</param>
internal sealed record SharedTicket(long UserId, ReadOnlyMemory<byte> Body);
