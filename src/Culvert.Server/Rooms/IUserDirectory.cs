namespace Culvert.Server.Rooms;

/// <summary>Finds users by name: all that rooms need of the accounts.</summary>
internal interface IUserDirectory
{
    /// <summary>The user of that name, or null. Any spelling with the same key finds it.</summary>
    ValueTask<KnownUser?> FindAsync(string name, CancellationToken cancellationToken);
}
