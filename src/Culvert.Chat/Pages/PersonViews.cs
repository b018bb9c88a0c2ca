using Culvert.Server.Accounts;

namespace Culvert.Chat.Pages;

/// <summary>Reads how people are shown.</summary>
internal static class PersonViews
{
    /// <summary>The people of these names, by name, as far as they have profiles; at most the first so many.</summary>
    /// <exception cref="Culvert.Server.Rooms.StoreException">They could not be read.</exception>
    public static async ValueTask<IReadOnlyDictionary<string, PersonView>> ViewsAsync(
        this ProfileService profiles, IEnumerable<string> names, int most, CancellationToken cancellationToken)
    {
        Dictionary<string, PersonView> views = new(StringComparer.Ordinal);
        var wanted = names.Distinct(StringComparer.Ordinal).Take(most);
        foreach (var chunk in wanted.Chunk(ProfileService.MaxNames))
        {
            foreach (var found in await profiles.FindAsync(chunk, cancellationToken))
            {
                views[found.Name] = new PersonView(found.Name, found.Title, found.Avatar, found.Role);
            }
        }

        return views;
    }
}
