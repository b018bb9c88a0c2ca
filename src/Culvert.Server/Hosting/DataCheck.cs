namespace Culvert.Server.Hosting;

/// <summary>What <see cref="DataDirectory.VerifyAsync"/> read and found.</summary>
/// <param name="Rooms">Rooms read.</param>
/// <param name="Events">Events read.</param>
/// <param name="Messages">Messages read.</param>
/// <param name="Problems">One sentence for each thing that is wrong; empty when all is well.</param>
public sealed record DataCheck(long Rooms, long Events, long Messages, IReadOnlyList<string> Problems);
