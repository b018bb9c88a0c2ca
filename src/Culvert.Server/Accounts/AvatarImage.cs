namespace Culvert.Server.Accounts;

/// <summary>A user's picture as it is served.</summary>
/// <param name="Version">Another one at each change.</param>
/// <param name="Png">The file.</param>
internal sealed record AvatarImage(long Version, byte[] Png);
