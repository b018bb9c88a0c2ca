using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Makes what a new server has; leaves alone what is there. Safe to run at every start.</summary>
internal sealed class Seeding(
    RoomDirectory rooms, OwnerToken owner, SetupService setup, DemoAccounts demo, ServerOptions options)
{
    private static readonly string[] DemoRooms = ["main", "flood", "foo", "bar", "baz"];

    /// <summary>The lines to print for the person at the console; null for nothing.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        await EnsureRoomAsync("lobby", cancellationToken);
        var notice = await setup.EnsureAsync(options.Data, cancellationToken);
        if (!options.Demo)
        {
            return notice;
        }

        foreach (var name in DemoRooms)
        {
            await EnsureRoomAsync(name, cancellationToken);
        }

        var users = await demo.EnsureAsync(options.Data, cancellationToken);
        return notice is null ? users : notice + Environment.NewLine + users;
    }

    private async Task EnsureRoomAsync(string name, CancellationToken cancellationToken)
    {
        // Taken is fine: it was made by an earlier start, or by a user.
        await rooms.CreateAsync(owner.Feature.Caller!, name, RoomKind.Public, "", cancellationToken);
    }
}
