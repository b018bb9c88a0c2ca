using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Keeps users, sessions and API tokens.</summary>
/// <remarks>
/// Safe for concurrent calls. Every method is one transaction. A method that cannot do its work throws
/// <see cref="StoreException"/> and has changed nothing. Reads see every change that was acknowledged before they
/// started. A new store holds the one user <see cref="UserRecord.OwnerId"/>, an owner without a password.
/// </remarks>
internal interface IAccountStore
{
    /// <summary>The user of this normalised name, or null.</summary>
    ValueTask<UserRecord?> FindUserAsync(string nameKey, CancellationToken cancellationToken);

    /// <summary>The user of this id, or null.</summary>
    ValueTask<UserRecord?> FindUserAsync(long id, CancellationToken cancellationToken);

    /// <summary>Adds the user and gives it its id; null when the name key is taken.</summary>
    ValueTask<UserRecord?> CreateUserAsync(UserRecord user, CancellationToken cancellationToken);

    /// <summary>
    /// Users by ascending name key after <paramref name="afterKey"/> (exclusive; null from the start), at most
    /// <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<UserRecord>> ListUsersAsync(
        string? afterKey, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Sets role and disabled, where given. A user who is disabled by this loses every session. Refuses to leave no
    /// enabled owner with a password where there was one.
    /// </summary>
    ValueTask<UserChangeOutcome> ChangeUserAsync(
        long userId, RoomRole? role, bool? disabled, CancellationToken cancellationToken);

    /// <summary>Sets the password and ends every session of the user but <paramref name="exceptSessionId"/>.</summary>
    /// <returns>False when there is no such user.</returns>
    ValueTask<bool> SetPasswordAsync(
        long userId, string passwordHash, long exceptSessionId, CancellationToken cancellationToken);

    /// <summary>Replaces the hash of an unchanged password; false when the hash was no longer the old one.</summary>
    ValueTask<bool> RehashAsync(
        long userId, string oldHash, string newHash, CancellationToken cancellationToken);

    /// <summary>
    /// Adds the session and ends the user's sessions over <paramref name="maxPerUser"/>, those longest unused first.
    /// </summary>
    /// <returns>
    /// The ids of the ended ones; null, and nothing added, when the user is gone or disabled, or its password hash is
    /// no longer <paramref name="passwordHash"/>: the password was changed while it was being verified.
    /// </returns>
    ValueTask<IReadOnlyList<long>?> CreateSessionAsync(
        SessionRecord session, string passwordHash, int maxPerUser, CancellationToken cancellationToken);

    /// <summary>The session of this hash with its user, or null. Expired ones are found too.</summary>
    ValueTask<SessionOfUser?> FindSessionAsync(CredentialHash hash, CancellationToken cancellationToken);

    /// <summary>Notes that the session was used. A session that is gone stays gone.</summary>
    ValueTask TouchSessionAsync(
        CredentialHash hash, long seenAt, long expiresAt, CancellationToken cancellationToken);

    /// <summary>Ends one session; false when there is none of this hash.</summary>
    ValueTask<bool> EndSessionAsync(CredentialHash hash, CancellationToken cancellationToken);

    /// <summary>Deletes at most <paramref name="limit"/> sessions that expired before <paramref name="now"/>.</summary>
    /// <returns>How many it deleted.</returns>
    ValueTask<int> DeleteExpiredSessionsAsync(long now, int limit, CancellationToken cancellationToken);

    /// <summary>Adds the token; false when the user has <paramref name="maxPerUser"/> valid ones already.</summary>
    ValueTask<bool> CreateTokenAsync(TokenRecord token, int maxPerUser, CancellationToken cancellationToken);

    /// <summary>The token of this hash with its user, or null. Withdrawn ones are found too.</summary>
    ValueTask<TokenOfUser?> FindTokenAsync(CredentialHash hash, CancellationToken cancellationToken);

    /// <summary>The user's valid tokens, oldest first.</summary>
    ValueTask<IReadOnlyList<TokenRecord>> ListTokensAsync(long userId, CancellationToken cancellationToken);

    /// <summary>Notes that the token was used.</summary>
    ValueTask TouchTokenAsync(long id, long usedAt, CancellationToken cancellationToken);

    /// <summary>Withdraws a valid token of the user; false when the user has none of this id.</summary>
    ValueTask<bool> RevokeTokenAsync(long userId, long id, long revokedAt, CancellationToken cancellationToken);
}
