using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>The API token somebody wants.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="Rooms">Names of the only rooms it opens; null for all.</param>
/// <param name="UserName">Whom it speaks for; null for the one who asks. Others only at the wish of an owner.</param>
internal sealed record TokenRequest(string Name, Scopes Scopes, IReadOnlyList<string>? Rooms, string? UserName);
