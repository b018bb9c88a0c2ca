namespace Culvert.Server.Rooms;

/// <summary>That an act belongs on the list for owners, see <see cref="IAuditLog"/>.</summary>
/// <param name="Act">A word for what was done, e.g. <c>ban</c>.</param>
/// <param name="Target">Name of the user it was done to; null for nobody.</param>
/// <param name="Why">The reason that was given; null for none.</param>
internal sealed record AuditNote(string Act, string? Target = null, string? Why = null);
