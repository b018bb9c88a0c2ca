using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Shows the accounts to the rooms.</summary>
internal sealed class UserDirectory(IAccountStore store) : IUserDirectory
{
    public async ValueTask<KnownUser?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!NameRules.TryNormaliseUser(name, out var key, out _))
        {
            // Reserved names have no account, except the built-in owner, whom nobody moderates.
            return null;
        }

        return await store.FindUserAsync(key, cancellationToken) is { } user
            ? new KnownUser(user.Id, user.Name, user.Role)
            : null;
    }
}
