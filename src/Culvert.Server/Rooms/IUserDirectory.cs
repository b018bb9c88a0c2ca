namespace Culvert.Server.Rooms;

/// <summary>Finds users by name: all that rooms need of the accounts.</summary>
internal interface IUserDirectory
{
    /// <summary>The user's id and name as written at creation, or null. Any spelling with the same key finds it.</summary>
    ValueTask<(long Id, string Name)?> FindUserAsync(string name, CancellationToken cancellationToken);
}
