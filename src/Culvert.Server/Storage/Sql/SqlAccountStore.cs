using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>Users, sessions and tokens in a database. The database belongs to whoever opened it.</summary>
/// <param name="database">Where everything is kept.</param>
/// <param name="outbox">How other nodes are told; null where there are none.</param>
internal sealed class SqlAccountStore(SqlDatabase database, IAccountOutbox? outbox = null) : IAccountStore
{

    public ValueTask<UserRecord?> FindUserAsync(string nameKey, CancellationToken cancellationToken) =>
        ReadAsync(session => UserRows.Find(session, nameKey), cancellationToken);

    public ValueTask<UserRecord?> FindUserAsync(long id, CancellationToken cancellationToken) =>
        ReadAsync(session => UserRows.Find(session, id), cancellationToken);

    public ValueTask<UserRecord?> CreateUserAsync(UserRecord user, CancellationToken cancellationToken) =>
        WriteAsync(session => UserRows.Insert(session, user), cancellationToken);

    public ValueTask<bool> HasOwnerAsync(CancellationToken cancellationToken) =>
        ReadAsync(session => UserRows.HasActiveOwner(session, exceptId: 0), cancellationToken);

    public ValueTask<UserAddition> CreateFirstOwnerAsync(UserRecord user, CancellationToken cancellationToken) =>
        WriteAsync(
            session => UserRows.HasActiveOwner(session, exceptId: 0)
                ? UserAddition.NotAllowed
                : UserAddition.Of(UserRows.Insert(session, user)),
            cancellationToken);

    public ValueTask<IReadOnlyList<UserRecord>> ListUsersAsync(
        string key, bool isBack, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => UserRows.List(session, key, isBack, limit), cancellationToken);

    public ValueTask<UserChangeOutcome> ChangeUserAsync(
        long userId, RoomRole? role, bool? disabled, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                var outcome = UserRows.Change(session, userId, role, disabled);
                if (outcome == UserChangeOutcome.Changed)
                {
                    if (disabled == true)
                    {
                        SessionRows.DeleteOthers(session, userId, exceptId: 0);
                    }

                    tell(Ended(Revocation.OfChange(userId, disabled)));
                }

                return outcome;
            },
            cancellationToken);

    public ValueTask<bool> SetPasswordAsync(
        long userId, string passwordHash, long exceptSessionId, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                SessionRows.DeleteOthers(session, userId, exceptSessionId);
                ResetRows.DeleteOf(session, userId);
                var isSet = UserRows.SetPassword(session, userId, passwordHash);
                if (isSet)
                {
                    tell(Ended(Revocation.OfSessions(userId, exceptSessionId, RevocationReason.PasswordChanged)));
                }

                return isSet;
            },
            cancellationToken);

    public ValueTask<bool> RehashAsync(
        long userId, string oldHash, string newHash, CancellationToken cancellationToken) =>
        WriteAsync(session => UserRows.Rehash(session, userId, oldHash, newHash), cancellationToken);

    public ValueTask<IReadOnlyList<long>?> CreateSessionAsync(
        SessionRecord session, string passwordHash, int maxPerUser, CancellationToken cancellationToken) =>
        ChangeAsync<IReadOnlyList<long>?>(
            (connection, tell) =>
            {
                var user = UserRows.Find(connection, session.UserId);
                if (user is null || user.IsDisabled || user.PasswordHash != passwordHash)
                {
                    return null;
                }

                var ended = SessionRows.DeleteOver(connection, session.UserId, maxPerUser - 1);
                SessionRows.Insert(connection, session);
                ended.ForEach(id => tell(Ended(
                    Revocation.OfOne(session.UserId, id, RevocationReason.SessionEnded))));
                return ended;
            },
            cancellationToken);

    public ValueTask<SessionOfUser?> FindSessionAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        ReadAsync(
            session => SessionRows.Find(session, hash) is { } found
                && UserRows.Find(session, found.UserId) is { } user
                    ? new SessionOfUser(found, user)
                    : null,
            cancellationToken);

    public async ValueTask TouchSessionAsync(
        CredentialHash hash, long seenAt, long expiresAt, CancellationToken cancellationToken) =>
        await WriteAsync(
            session => SessionRows.Touch(session, hash, seenAt, expiresAt), cancellationToken);

    public ValueTask<CredentialHash?> RenewSessionAsync(
        long userId, long id, CredentialHash hash, long now, long expiresAt, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                var before = SessionRows.Renew(session, userId, id, hash, now, expiresAt);
                if (before is not null)
                {
                    tell(new AccountNews { Replaced = before });
                }

                return before;
            },
            cancellationToken);

    public ValueTask<bool> EndSessionAsync(
        CredentialHash hash, RevocationReason reason, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                if (SessionRows.Find(session, hash) is not { } found)
                {
                    return false;
                }

                SessionRows.Delete(session, found.UserId, found.Id);
                tell(Ended(Revocation.OfOne(found.UserId, found.Id, reason)));
                return true;
            },
            cancellationToken);

    public ValueTask<IReadOnlyList<SessionRecord>> ListSessionsAsync(
        long userId, long now, CancellationToken cancellationToken) =>
        ReadAsync(session => SessionRows.List(session, userId, now), cancellationToken);

    public ValueTask<bool> EndSessionAsync(long userId, long id, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                var isEnded = SessionRows.Delete(session, userId, id);
                if (isEnded)
                {
                    tell(Ended(Revocation.OfOne(userId, id, RevocationReason.SessionEnded)));
                }

                return isEnded;
            },
            cancellationToken);

    public ValueTask<int> EndOtherSessionsAsync(long userId, long exceptId, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                var count = SessionRows.DeleteOthers(session, userId, exceptId);
                tell(Ended(Revocation.OfSessions(userId, exceptId, RevocationReason.SessionEnded)));
                return count;
            },
            cancellationToken);

    public ValueTask<int> DeleteExpiredSessionsAsync(long now, int limit, CancellationToken cancellationToken) =>
        WriteAsync(session => SessionRows.DeleteExpired(session, now, limit), cancellationToken);

    public ValueTask<bool> CreateTokenAsync(TokenRecord token, int maxPerUser, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                if (TokenRows.Count(session, token.UserId, maxPerUser) >= maxPerUser)
                {
                    return false;
                }

                TokenRows.Insert(session, token);
                return true;
            },
            cancellationToken);

    public ValueTask<TokenOfUser?> FindTokenAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        ReadAsync(
            session => TokenRows.Find(session, hash) is { } found
                && UserRows.Find(session, found.UserId) is { } user
                    ? new TokenOfUser(found, user)
                    : null,
            cancellationToken);

    public ValueTask<IReadOnlyList<TokenRecord>> ListTokensAsync(long userId, CancellationToken cancellationToken) =>
        ReadAsync(session => TokenRows.List(session, userId), cancellationToken);

    public async ValueTask TouchTokenAsync(long id, long usedAt, CancellationToken cancellationToken) =>
        await WriteAsync(session => TokenRows.Touch(session, id, usedAt), cancellationToken);

    public ValueTask<bool> RevokeTokenAsync(
        long userId, long id, long revokedAt, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                var isRevoked = TokenRows.Revoke(session, userId, id, revokedAt);
                if (isRevoked)
                {
                    tell(Ended(Revocation.OfOne(userId, id, RevocationReason.TokenRevoked)));
                }

                return isRevoked;
            },
            cancellationToken);

    public ValueTask<bool> CreateInviteAsync(
        InviteRecord invite, int maxPerMaker, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                var count = InviteRows.Count(session, invite.MakerId, invite.CreatedAt, maxPerMaker);
                if (count >= maxPerMaker)
                {
                    return false;
                }

                InviteRows.Insert(session, invite);
                return true;
            },
            cancellationToken);

    public ValueTask<InviteOfMaker?> FindInviteAsync(
        CredentialHash hash, long now, CancellationToken cancellationToken) =>
        ReadAsync(session => InviteRows.FindGood(session, hash, now), cancellationToken);

    public ValueTask<IReadOnlyList<InviteOfMaker>> ListInvitesAsync(
        long makerId, long now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => InviteRows.List(session, makerId, now, limit), cancellationToken);

    public ValueTask<bool> RevokeInviteAsync(
        long makerId, long id, long now, CancellationToken cancellationToken) =>
        WriteAsync(session => InviteRows.Delete(session, makerId, id, now), cancellationToken);

    public ValueTask<bool> UseInviteAsync(CredentialHash hash, long now, CancellationToken cancellationToken) =>
        WriteAsync(session => InviteRows.Use(session, hash, now), cancellationToken);

    public async ValueTask ReturnInviteAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        await WriteAsync(session => InviteRows.Return(session, hash), cancellationToken);

    public ValueTask<UserAddition> CreateInvitedUserAsync(
        UserRecord user, CredentialHash hash, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                if (UserRows.Find(session, user.NameKey) is not null)
                {
                    return UserAddition.Of(null);
                }

                return InviteRows.Use(session, hash, user.CreatedAt)
                    ? UserAddition.Of(UserRows.Insert(session, user))
                    : UserAddition.NotAllowed;
            },
            cancellationToken);

    public async ValueTask CreateResetAsync(ResetRecord reset, CancellationToken cancellationToken) =>
        await WriteAsync(session => ResetRows.Insert(session, reset), cancellationToken);

    public ValueTask<UserRecord?> FindResetAsync(
        CredentialHash hash, long now, CancellationToken cancellationToken) =>
        ReadAsync(session => ResetRows.FindGood(session, hash, now), cancellationToken);

    public ValueTask<bool> UseResetAsync(
        CredentialHash hash, long now, string passwordHash, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                if (ResetRows.FindGood(session, hash, now) is not { } user)
                {
                    return false;
                }

                ResetRows.DeleteOf(session, user.Id);
                SessionRows.DeleteOthers(session, user.Id, exceptId: 0);
                UserRows.SetPassword(session, user.Id, passwordHash);
                tell(Ended(Revocation.OfSessions(user.Id, 0, RevocationReason.PasswordChanged)));
                return true;
            },
            cancellationToken);

    public ValueTask<int> DeleteExpiredLinksAsync(long now, int limit, CancellationToken cancellationToken) =>
        WriteAsync(
            session => InviteRows.DeleteExpired(session, now, limit)
                + ResetRows.DeleteExpired(session, now, limit),
            cancellationToken);

    public ValueTask<IReadOnlyList<UserRecord>> FindUsersAsync(
        IReadOnlyList<string> nameKeys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<UserRecord>>(
            session => [.. nameKeys.Select(key => UserRows.Find(session, key)).OfType<UserRecord>()],
            cancellationToken);

    public ValueTask<IReadOnlyList<UserRecord>> SearchUsersAsync(
        string nameKey,
        string titleKey,
        string key,
        bool isBack,
        int limit,
        CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<UserRecord>>(
            session =>
            {
                var ids = ProfileRows.Search(session, nameKey, titleKey, key, isBack, limit);
                return [.. ids.Select(id => UserRows.Find(session, id)).OfType<UserRecord>()];
            },
            cancellationToken);

    public ValueTask<UserRecord?> SetTitleAsync(
        long userId, string? title, string? titleKey, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                ProfileRows.SetTitle(session, userId, title, titleKey);
                return Changed(session, userId, tell);
            },
            cancellationToken);

    public ValueTask<UserRecord?> SetAvatarAsync(
        long userId, byte[]? png, long now, CancellationToken cancellationToken) =>
        ChangeAsync(
            (session, tell) =>
            {
                ProfileRows.SetAvatar(session, userId, png, now);
                return Changed(session, userId, tell);
            },
            cancellationToken);

    public ValueTask<AvatarImage?> FindAvatarAsync(string nameKey, CancellationToken cancellationToken) =>
        ReadAsync(session => ProfileRows.FindAvatar(session, nameKey), cancellationToken);

    private static UserRecord? Changed(SqlSession session, long userId, Action<AccountNews> tell)
    {
        var user = UserRows.Find(session, userId);
        if (user is not null)
        {
            tell(new AccountNews { Profile = userId });
        }

        return user;
    }

    private static AccountNews Ended(Revocation revocation) => new() { Revoked = revocation };

    /// <summary>A change that other nodes have to act on: what the work tells is committed with it.</summary>
    private async ValueTask<T> ChangeAsync<T>(
        Func<SqlSession, Action<AccountNews>, T> work, CancellationToken cancellationToken)
    {
        if (outbox is null)
        {
            return await WriteAsync(session => work(session, static _ => { }), cancellationToken);
        }

        List<long> entries = [];
        return await database.WriteAsync(
            session =>
            {
                // The work may run again.
                entries.Clear();
                return work(session, news => entries.Add(outbox.Add(session, news)));
            },
            committed =>
            {
                if (committed)
                {
                    entries.ForEach(outbox.Committed);
                }
            },
            cancellationToken);
    }

    private ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        new(database.ReadSessionAsync(work, cancellationToken));

    private ValueTask<T> WriteAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        new(database.WriteAsync(work, null, cancellationToken));
}
