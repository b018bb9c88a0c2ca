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

    public ValueTask<bool> EndSessionAsync(CredentialHash hash, CancellationToken cancellationToken) =>
        WriteAsync(session => SqliteAccountStoreSessions.Delete(session, hash), cancellationToken);

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

    private ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) =>
        new(_database.ReadSessionAsync(work, cancellationToken));

    private ValueTask<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken) =>
        new(_database.WriteAsync(work, null, cancellationToken));
}
