using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>
/// Says whether a password was typed lately: a browser that was left open must not give its finder the server. Safe for
/// concurrent use.
/// </summary>
/// <remarks>Asks the store, not the cache of credentials: what it guards is rare.</remarks>
internal sealed class RecentSignIn(IAccountStore store, AccountOptions options, TimeProvider time)
{
    /// <summary>Null when the caller may go on. A token always may: it has no password.</summary>
    public async ValueTask<AccountRefusal?> RefusalAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (!Secrets.IsSessionId(caller.CredentialId))
        {
            return null;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var sessions = await store.ListSessionsAsync(caller.UserId, now, cancellationToken);
        var oldest = now - (long)options.RecentSignIn.TotalMilliseconds;
        return sessions.Any(session => session.Id == caller.CredentialId && session.CreatedAt > oldest)
            ? null
            : new AccountRefusal(ErrorCode.SignInTooOld);
    }
}
