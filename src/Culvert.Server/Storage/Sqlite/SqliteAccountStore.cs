using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sqlite;

/// <summary>Users, sessions and tokens in the embedded database. The database belongs to whoever opened it.</summary>
internal sealed class SqliteAccountStore : IAccountStore
{
    private readonly SqliteDatabase _database;

    public SqliteAccountStore(SqliteDatabase database)
    {
        _database = database;
    }

    public ValueTask<UserRecord?> FindUserAsync(string nameKey, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreUsers.Find(session, nameKey), cancellationToken);

    public ValueTask<UserRecord?> FindUserAsync(long id, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreUsers.Find(session, id), cancellationToken);

    public ValueTask<UserRecord?> CreateUserAsync(UserRecord user, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreUsers.Insert(session, user), cancellationToken);

    public ValueTask<bool> HasOwnerAsync(CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreUsers.HasActiveOwner(session, exceptId: 0), cancellationToken);

    public ValueTask<UserAddition> CreateFirstOwnerAsync(UserRecord user, CancellationToken cancellationToken) =>
        WriteAsync(
            session => SqliteAccountStoreUsers.HasActiveOwner(session, exceptId: 0)
                ? UserAddition.NotAllowed
                : UserAddition.Of(SqliteAccountStoreUsers.Insert(session, user)),
            cancellationToken);

    public ValueTask<IReadOnlyList<UserRecord>> ListUsersAsync(
        string? afterKey, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreUsers.List(session, afterKey, limit), cancellationToken);

    public ValueTask<UserChangeOutcome> ChangeUserAsync(
        long userId, RoomRole? role, bool? disabled, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                var outcome = SqliteAccountStoreUsers.Change(session, userId, role, disabled);
                if (outcome == UserChangeOutcome.Changed && disabled == true)
                {
                    SqliteAccountStoreSessions.DeleteOthers(session, userId, exceptId: 0);
                }

                return outcome;
            },
            cancellationToken);

    public ValueTask<bool> SetPasswordAsync(
        long userId, string passwordHash, long exceptSessionId, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                SqliteAccountStoreSessions.DeleteOthers(session, userId, exceptSessionId);
                SqliteAccountStoreResets.DeleteOf(session, userId);
                return SqliteAccountStoreUsers.SetPassword(session, userId, passwordHash);
            },
            cancellationToken);

    public ValueTask<bool> RehashAsync(
        long userId, string oldHash, string newHash, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreUsers.Rehash(session, userId, oldHash, newHash), cancellationToken);

    public ValueTask<IReadOnlyList<long>?> CreateSessionAsync(
        SessionRecord session, string passwordHash, int maxPerUser, CancellationToken cancellationToken) =>
        WriteAsync<IReadOnlyList<long>?>(
            connection =>
            {
                var user = SqliteAccountStoreUsers.Find(connection, session.UserId);
                if (user is null || user.IsDisabled || user.PasswordHash != passwordHash)
                {
                    return null;
                }

                var ended = SqliteAccountStoreSessions.DeleteOver(connection, session.UserId, maxPerUser - 1);
                SqliteAccountStoreSessions.Insert(connection, session);
                return ended;
            },
            cancellationToken);

    public ValueTask<SessionOfUser?> FindSessionAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        ReadAsync(
            session => SqliteAccountStoreSessions.Find(session, hash) is { } found
                && SqliteAccountStoreUsers.Find(session, found.UserId) is { } user
                    ? new SessionOfUser(found, user)
                    : null,
            cancellationToken);

    public async ValueTask TouchSessionAsync(
        CredentialHash hash, long seenAt, long expiresAt, CancellationToken cancellationToken) =>
        await WriteAsync(
            session => SqliteAccountStoreSessions.Touch(session, hash, seenAt, expiresAt), cancellationToken);

    public ValueTask<CredentialHash?> RenewSessionAsync(
        long userId, long id, CredentialHash hash, long now, long expiresAt, CancellationToken cancellationToken) =>
        WriteAsync(
            session => SqliteAccountStoreSessions.Renew(session, userId, id, hash, now, expiresAt), cancellationToken);

    public ValueTask<bool> EndSessionAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreSessions.Delete(session, hash), cancellationToken);

    public ValueTask<IReadOnlyList<SessionRecord>> ListSessionsAsync(
        long userId, long now, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreSessions.List(session, userId, now), cancellationToken);

    public ValueTask<bool> EndSessionAsync(long userId, long id, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreSessions.Delete(session, userId, id), cancellationToken);

    public ValueTask<int> EndOtherSessionsAsync(long userId, long exceptId, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreSessions.DeleteOthers(session, userId, exceptId), cancellationToken);

    public ValueTask<int> DeleteExpiredSessionsAsync(long now, int limit, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreSessions.DeleteExpired(session, now, limit), cancellationToken);

    public ValueTask<bool> CreateTokenAsync(TokenRecord token, int maxPerUser, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                if (SqliteAccountStoreTokens.Count(session, token.UserId, maxPerUser) >= maxPerUser)
                {
                    return false;
                }

                SqliteAccountStoreTokens.Insert(session, token);
                return true;
            },
            cancellationToken);

    public ValueTask<TokenOfUser?> FindTokenAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        ReadAsync(
            session => SqliteAccountStoreTokens.Find(session, hash) is { } found
                && SqliteAccountStoreUsers.Find(session, found.UserId) is { } user
                    ? new TokenOfUser(found, user)
                    : null,
            cancellationToken);

    public ValueTask<IReadOnlyList<TokenRecord>> ListTokensAsync(long userId, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreTokens.List(session, userId), cancellationToken);

    public async ValueTask TouchTokenAsync(long id, long usedAt, CancellationToken cancellationToken) =>
        await WriteAsync(session => SqliteAccountStoreTokens.Touch(session, id, usedAt), cancellationToken);

    public ValueTask<bool> RevokeTokenAsync(
        long userId, long id, long revokedAt, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreTokens.Revoke(session, userId, id, revokedAt), cancellationToken);

    public ValueTask<bool> CreateInviteAsync(
        InviteRecord invite, int maxPerMaker, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                var count = SqliteAccountStoreInvites.Count(session, invite.MakerId, invite.CreatedAt, maxPerMaker);
                if (count >= maxPerMaker)
                {
                    return false;
                }

                SqliteAccountStoreInvites.Insert(session, invite);
                return true;
            },
            cancellationToken);

    public ValueTask<InviteOfMaker?> FindInviteAsync(
        CredentialHash hash, long now, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreInvites.FindGood(session, hash, now), cancellationToken);

    public ValueTask<IReadOnlyList<InviteOfMaker>> ListInvitesAsync(
        long makerId, long now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreInvites.List(session, makerId, now, limit), cancellationToken);

    public ValueTask<bool> RevokeInviteAsync(
        long makerId, long id, long now, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreInvites.Delete(session, makerId, id, now), cancellationToken);

    public ValueTask<bool> UseInviteAsync(CredentialHash hash, long now, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreInvites.Use(session, hash, now), cancellationToken);

    public async ValueTask ReturnInviteAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        await WriteAsync(session => SqliteAccountStoreInvites.Return(session, hash), cancellationToken);

    public ValueTask<UserAddition> CreateInvitedUserAsync(
        UserRecord user, CredentialHash hash, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                if (SqliteAccountStoreUsers.Find(session, user.NameKey) is not null)
                {
                    return UserAddition.Of(null);
                }

                return SqliteAccountStoreInvites.Use(session, hash, user.CreatedAt)
                    ? UserAddition.Of(SqliteAccountStoreUsers.Insert(session, user))
                    : UserAddition.NotAllowed;
            },
            cancellationToken);

    public async ValueTask CreateResetAsync(ResetRecord reset, CancellationToken cancellationToken) =>
        await WriteAsync(session => SqliteAccountStoreResets.Insert(session, reset), cancellationToken);

    public ValueTask<UserRecord?> FindResetAsync(
        CredentialHash hash, long now, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreResets.FindGood(session, hash, now), cancellationToken);

    public ValueTask<bool> UseResetAsync(
        CredentialHash hash, long now, string passwordHash, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                if (SqliteAccountStoreResets.FindGood(session, hash, now) is not { } user)
                {
                    return false;
                }

                SqliteAccountStoreResets.DeleteOf(session, user.Id);
                SqliteAccountStoreSessions.DeleteOthers(session, user.Id, exceptId: 0);
                return SqliteAccountStoreUsers.SetPassword(session, user.Id, passwordHash);
            },
            cancellationToken);

    public ValueTask<int> DeleteExpiredLinksAsync(long now, int limit, CancellationToken cancellationToken) =>
        WriteAsync(
            session => SqliteAccountStoreInvites.DeleteExpired(session, now, limit)
                + SqliteAccountStoreResets.DeleteExpired(session, now, limit),
            cancellationToken);

    public ValueTask<IReadOnlyList<UserRecord>> FindUsersAsync(
        IReadOnlyList<string> nameKeys, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<UserRecord>>(
            session => [.. nameKeys.Select(key => SqliteAccountStoreUsers.Find(session, key)).OfType<UserRecord>()],
            cancellationToken);

    public ValueTask<IReadOnlyList<UserRecord>> SearchUsersAsync(
        string nameKey, string titleKey, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<UserRecord>>(
            session =>
            {
                var ids = SqliteAccountStoreProfiles.Search(session, nameKey, titleKey, limit);
                return [.. ids.Select(id => SqliteAccountStoreUsers.Find(session, id)).OfType<UserRecord>()];
            },
            cancellationToken);

    public ValueTask<UserRecord?> SetTitleAsync(
        long userId, string? title, string? titleKey, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                SqliteAccountStoreProfiles.SetTitle(session, userId, title, titleKey);
                return SqliteAccountStoreUsers.Find(session, userId);
            },
            cancellationToken);

    public ValueTask<UserRecord?> SetAvatarAsync(
        long userId, byte[]? png, long now, CancellationToken cancellationToken) =>
        WriteAsync(
            session =>
            {
                SqliteAccountStoreProfiles.SetAvatar(session, userId, png, now);
                return SqliteAccountStoreUsers.Find(session, userId);
            },
            cancellationToken);

    public ValueTask<AvatarImage?> FindAvatarAsync(string nameKey, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteAccountStoreProfiles.FindAvatar(session, nameKey), cancellationToken);

    private ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) =>
        new(_database.ReadSessionAsync(work, cancellationToken));

    private ValueTask<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) =>
        new(_database.WriteAsync(work, null, cancellationToken));
}
