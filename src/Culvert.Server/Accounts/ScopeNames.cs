using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Scopes as words of the API.</summary>
internal static class ScopeNames
{
    private static readonly (Scopes Scope, string Name)[] Names =
    [
        (Scopes.Read, "read"), (Scopes.Write, "write"), (Scopes.Moderate, "moderate"), (Scopes.Owner, "owner"),
        (Scopes.Connect, "connect"), (Scopes.Listen, "listen"),
    ];

    /// <summary>Also those that others include: the owner's scope has both of tunnels.</summary>
    public static Scopes WithImplied(Scopes scopes) =>
        (scopes & Scopes.Owner) != 0 ? scopes | Scopes.Connect | Scopes.Listen : scopes;

    public static string[] List(Scopes scopes) => [.. Names.Where(n => (scopes & n.Scope) != 0).Select(n => n.Name)];

    public static string Format(Scopes scopes) => string.Join(' ', List(scopes));

    /// <summary>False when one of the words is none of the API.</summary>
    public static bool TryParse(IReadOnlyList<string?> words, out Scopes scopes)
    {
        scopes = Scopes.None;
        foreach (var word in words)
        {
            var known = Array.FindIndex(Names, n => n.Name == word);
            if (known < 0)
            {
                return false;
            }

            scopes |= Names[known].Scope;
        }

        return true;
    }
}
