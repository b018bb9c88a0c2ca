namespace Culvert.Chat.Seeding;

/// <summary>What <see cref="RoomSeeder"/> fills a room with.</summary>
/// <param name="Room">The room's name; made when there is none.</param>
/// <param name="Messages">How many.</param>
/// <param name="Users">How many write them; made when there are none of those names.</param>
/// <param name="Languages">Any of <c>en</c> and <c>ru</c>.</param>
public sealed record SeedOrder(string Room, long Messages, int Users, IReadOnlyList<string> Languages);
