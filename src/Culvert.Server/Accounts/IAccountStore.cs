using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Keeps users, sessions, API tokens, invitations, links to a new password, and pictures.</summary>
/// <remarks>
/// Safe for concurrent calls. Every method is one transaction, in which the other nodes of a cluster are also told what
/// they have to act on. A method that cannot do its work throws
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

    /// <summary>True once somebody can sign in as an owner: one who is enabled and has a password.</summary>
    ValueTask<bool> HasOwnerAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Adds the user like <see cref="CreateUserAsync"/>, but only while nobody can sign in as an owner; of several
    /// calls at once one adds its user.
    /// </summary>
    ValueTask<UserAddition> CreateFirstOwnerAsync(UserRecord user, CancellationToken cancellationToken);

    /// <summary>
    /// Users by ascending name key after <paramref name="key"/> (exclusive; empty from the start), or, with
    /// <paramref name="isBack"/>, before it and backwards; at most <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<UserRecord>> ListUsersAsync(
        string key, bool isBack, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Sets role and disabled, where given. A user who is disabled by this loses every session. Refuses to leave no
    /// enabled owner with a password where there was one.
    /// </summary>
    ValueTask<UserChangeOutcome> ChangeUserAsync(
        long userId, RoomRole? role, bool? disabled, CancellationToken cancellationToken);

    /// <summary>
    /// Sets the password, ends every session of the user but <paramref name="exceptSessionId"/>, and withdraws the link
    /// to a new password, if there is one.
    /// </summary>
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

    /// <summary>
    /// Gives a session of the user another secret, hash <paramref name="hash"/>, as if it had begun at
    /// <paramref name="now"/>; its id stays.
    /// </summary>
    /// <returns>The hash of the secret before; null when the user has no session of this id.</returns>
    ValueTask<CredentialHash?> RenewSessionAsync(
        long userId, long id, CredentialHash hash, long now, long expiresAt, CancellationToken cancellationToken);

    /// <summary>Ends one session; false when there is none of this hash.</summary>
    ValueTask<bool> EndSessionAsync(
        CredentialHash hash, RevocationReason reason, CancellationToken cancellationToken);

    /// <summary>The user's sessions that have not expired at <paramref name="now"/>, last used first.</summary>
    ValueTask<IReadOnlyList<SessionRecord>> ListSessionsAsync(
        long userId, long now, CancellationToken cancellationToken);

    /// <summary>Ends one session of the user; false when the user has none of this id.</summary>
    ValueTask<bool> EndSessionAsync(long userId, long id, CancellationToken cancellationToken);

    /// <summary>Ends every session of the user but one (0 for none).</summary>
    /// <returns>How many it ended.</returns>
    ValueTask<int> EndOtherSessionsAsync(long userId, long exceptId, CancellationToken cancellationToken);

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

    /// <summary>
    /// Adds the invitation; false when its maker has <paramref name="maxPerMaker"/> good ones already.
    /// </summary>
    ValueTask<bool> CreateInviteAsync(InviteRecord invite, int maxPerMaker, CancellationToken cancellationToken);

    /// <summary>
    /// The invitation of this hash with its maker; null when there is none, or it is not good any more: it has expired
    /// at <paramref name="now"/>, is used up, was withdrawn, or its maker is disabled.
    /// </summary>
    ValueTask<InviteOfMaker?> FindInviteAsync(CredentialHash hash, long now, CancellationToken cancellationToken);

    /// <summary>
    /// Invitations that are good at <paramref name="now"/>, newest first; everybody's for a
    /// <paramref name="makerId"/> of 0.
    /// </summary>
    ValueTask<IReadOnlyList<InviteOfMaker>> ListInvitesAsync(
        long makerId, long now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Withdraws a good invitation of the maker, of anybody for a <paramref name="makerId"/> of 0; false when there is
    /// none.
    /// </summary>
    ValueTask<bool> RevokeInviteAsync(long makerId, long id, long now, CancellationToken cancellationToken);

    /// <summary>Takes one use of a good invitation; false when there is none to take.</summary>
    ValueTask<bool> UseInviteAsync(CredentialHash hash, long now, CancellationToken cancellationToken);

    /// <summary>Gives a use back that came to nothing.</summary>
    ValueTask ReturnInviteAsync(CredentialHash hash, CancellationToken cancellationToken);

    /// <summary>
    /// Adds the user like <see cref="CreateUserAsync"/> and takes one use of an invitation that is good at the user's
    /// creation; neither without the other.
    /// </summary>
    ValueTask<UserAddition> CreateInvitedUserAsync(
        UserRecord user, CredentialHash hash, CancellationToken cancellationToken);

    /// <summary>Adds a link to a new password, in place of the one its user had.</summary>
    ValueTask CreateResetAsync(ResetRecord reset, CancellationToken cancellationToken);

    /// <summary>Whose link this is; null when there is none, it has expired, or the user is disabled.</summary>
    ValueTask<UserRecord?> FindResetAsync(CredentialHash hash, long now, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a good link, sets the password and ends every session of its user; false when the link is not good.
    /// </summary>
    ValueTask<bool> UseResetAsync(
        CredentialHash hash, long now, string passwordHash, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> invitations, and as many links to a new password, that expired before
    /// <paramref name="now"/>.
    /// </summary>
    /// <returns>How many it deleted.</returns>
    ValueTask<int> DeleteExpiredLinksAsync(long now, int limit, CancellationToken cancellationToken);

    /// <summary>The users of these normalised names; keys that nobody has are left out.</summary>
    ValueTask<IReadOnlyList<UserRecord>> FindUsersAsync(
        IReadOnlyList<string> nameKeys, CancellationToken cancellationToken);

    /// <summary>
    /// Enabled users, without the built-in one, whose name key or key of the display name begins so, by ascending name
    /// key after <paramref name="key"/> (exclusive; empty from the start), or, with <paramref name="isBack"/>, before
    /// it and backwards; at most <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<UserRecord>> SearchUsersAsync(
        string nameKey,
        string titleKey,
        string key,
        bool isBack,
        int limit,
        CancellationToken cancellationToken);

    /// <summary>Sets the display name, and its key for searching; null for none. The user, or null.</summary>
    ValueTask<UserRecord?> SetTitleAsync(
        long userId, string? title, string? titleKey, CancellationToken cancellationToken);

    /// <summary>
    /// Sets the picture, or deletes it for null. Its version is <paramref name="now"/>, or one more than the one before
    /// if that is higher. The user, or null for nobody.
    /// </summary>
    ValueTask<UserRecord?> SetAvatarAsync(
        long userId, byte[]? png, long now, CancellationToken cancellationToken);

    /// <summary>The picture of the user of this normalised name; null for none.</summary>
    ValueTask<AvatarImage?> FindAvatarAsync(string nameKey, CancellationToken cancellationToken);
}
