using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Conformance;

/// <summary>What every engine of <see cref="IAccountStore"/> must do.</summary>
public abstract class AccountStoreConformance : IAsyncLifetime
{
    private const long Now = 1_790_000_000_000;
    private long _nextId = 1000;

    internal IAccountStore Store { get; private set; } = null!; // Set by InitializeAsync before any test.

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A new store with nobody but the built-in owner.</summary>
    internal abstract Task<IAccountStore> CreateStoreAsync();

    public async ValueTask InitializeAsync() => Store = await CreateStoreAsync();

    public abstract ValueTask DisposeAsync();

    [Fact]
    public async Task A_new_store_has_an_owner_who_cannot_sign_in()
    {
        var owner = await Store.FindUserAsync(UserRecord.OwnerId, Cancel);

        Assert.NotNull(owner);
        Assert.Equal(("owner", "owner", RoomRole.Owner), (owner.Name, owner.NameKey, owner.Role));
        Assert.Null(owner.PasswordHash);
        Assert.False(owner.IsDisabled);
    }

    [Fact]
    public async Task A_user_is_found_by_key_and_by_id()
    {
        var created = await CreateUserAsync("Ann", RoomRole.Moderator, "hash");

        Assert.True(created.Id > UserRecord.OwnerId);
        Assert.Equal(created, await Store.FindUserAsync("ann", Cancel));
        Assert.Equal(created, await Store.FindUserAsync(created.Id, Cancel));
        Assert.Equal(("Ann", RoomRole.Moderator, "hash"), (created.Name, created.Role, created.PasswordHash));
        Assert.Null(await Store.FindUserAsync("a__", Cancel));
        Assert.Null(await Store.FindUserAsync("Ann", Cancel));
        Assert.Null(await Store.FindUserAsync(created.Id + 1, Cancel));
    }

    [Fact]
    public async Task A_name_key_is_taken_once_even_by_many_at_once()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.CreateUserAsync(
            new UserRecord { Name = $"Ann{i}", NameKey = "ann", CreatedAt = Now }, Cancel).AsTask()));

        Assert.Single(attempts, user => user is not null);
    }

    [Fact]
    public async Task Users_are_listed_in_pages_by_key()
    {
        foreach (var name in new[] { "Cleo", "Ann", "Bea" })
        {
            await CreateUserAsync(name);
        }

        var first = await Store.ListUsersAsync("", false, 2, Cancel);
        var second = await Store.ListUsersAsync(first[^1].NameKey, false, 2, Cancel);

        Assert.Equal(["ann", "bea"], first.Select(user => user.NameKey));
        Assert.Equal(["cleo", "owner"], second.Select(user => user.NameKey));
        var back = await Store.ListUsersAsync("cleo", true, 2, Cancel);
        Assert.Equal(["bea", "ann"], back.Select(user => user.NameKey));
    }

    [Fact]
    public async Task A_change_sets_what_is_given_and_nothing_else()
    {
        var ann = await CreateUserAsync("Ann");

        Assert.Equal(UserChangeOutcome.Changed, await ChangeAsync(ann.Id, role: RoomRole.Moderator));
        Assert.Equal(UserChangeOutcome.Changed, await ChangeAsync(ann.Id, disabled: true));
        Assert.Equal(UserChangeOutcome.Unchanged, await ChangeAsync(ann.Id, RoomRole.Moderator, true));
        Assert.Equal(UserChangeOutcome.NotFound, await ChangeAsync(ann.Id + 1, disabled: true));
        Assert.Equal(
            ann with { Role = RoomRole.Moderator, IsDisabled = true }, await Store.FindUserAsync(ann.Id, Cancel));
    }

    [Fact]
    public async Task The_last_owner_who_can_sign_in_stays_one()
    {
        var ann = await CreateUserAsync("Ann", RoomRole.Owner);

        Assert.Equal(UserChangeOutcome.LastOwner, await ChangeAsync(ann.Id, role: RoomRole.Member));
        Assert.Equal(UserChangeOutcome.LastOwner, await ChangeAsync(ann.Id, disabled: true));
        var bea = await CreateUserAsync("Bea", RoomRole.Owner);
        Assert.Equal(UserChangeOutcome.Changed, await ChangeAsync(ann.Id, role: RoomRole.Member));
        Assert.Equal(UserChangeOutcome.LastOwner, await ChangeAsync(bea.Id, disabled: true));
    }

    [Fact]
    public async Task A_password_ends_every_session_but_one()
    {
        var ann = await CreateUserAsync("Ann");
        var kept = await CreateSessionAsync(ann.Id);
        var other = await CreateSessionAsync(ann.Id);
        var bea = await CreateUserAsync("Bea");
        var foreign = await CreateSessionAsync(bea.Id);

        Assert.True(await Store.SetPasswordAsync(ann.Id, "new", kept.Id, Cancel));

        Assert.Equal("new", (await Store.FindUserAsync(ann.Id, Cancel))?.PasswordHash);
        Assert.NotNull(await Store.FindSessionAsync(kept.Hash, Cancel));
        Assert.Null(await Store.FindSessionAsync(other.Hash, Cancel));
        Assert.NotNull(await Store.FindSessionAsync(foreign.Hash, Cancel));
        Assert.False(await Store.SetPasswordAsync(bea.Id + 1, "new", 0, Cancel));
    }

    [Fact]
    public async Task A_rehash_never_undoes_a_new_password()
    {
        var ann = await CreateUserAsync("Ann", hash: "old");

        Assert.True(await Store.RehashAsync(ann.Id, "old", "better", Cancel));
        Assert.False(await Store.RehashAsync(ann.Id, "old", "worse", Cancel));
        Assert.Equal("better", (await Store.FindUserAsync(ann.Id, Cancel))?.PasswordHash);
    }

    [Fact]
    public async Task A_session_is_found_with_its_user()
    {
        var ann = await CreateUserAsync("Ann");
        var session = await CreateSessionAsync(ann.Id);

        Assert.Equal(new SessionOfUser(session, ann), await Store.FindSessionAsync(session.Hash, Cancel));
        Assert.Null(await Store.FindSessionAsync(CredentialHash.Of("other"), Cancel));
    }

    [Fact]
    public async Task A_session_over_the_limit_ends_the_one_longest_unused()
    {
        var ann = await CreateUserAsync("Ann");
        var first = await CreateSessionAsync(ann.Id, seenAt: Now);
        var second = await CreateSessionAsync(ann.Id, seenAt: Now + 1);
        await Store.TouchSessionAsync(first.Hash, Now + 2, Now + 100, Cancel);

        var ended = await Store.CreateSessionAsync(NewSession(ann.Id, Now + 3), "hash", 2, Cancel);

        Assert.Equal([second.Id], ended);
        Assert.Null(await Store.FindSessionAsync(second.Hash, Cancel));
        Assert.Equal(Now + 100, (await Store.FindSessionAsync(first.Hash, Cancel))?.Session.ExpiresAt);
    }

    [Fact]
    public async Task A_session_does_not_begin_after_the_password_changed_or_for_a_disabled_user()
    {
        var ann = await CreateUserAsync("Ann");

        Assert.Null(await Store.CreateSessionAsync(NewSession(ann.Id, Now), "older", 5, Cancel));
        Assert.Null(await Store.CreateSessionAsync(NewSession(ann.Id + 1, Now), "hash", 5, Cancel));
        await ChangeAsync(ann.Id, disabled: true);
        Assert.Null(await Store.CreateSessionAsync(NewSession(ann.Id, Now), "hash", 5, Cancel));
    }

    [Fact]
    public async Task Disabling_a_user_ends_the_sessions()
    {
        var ann = await CreateUserAsync("Ann");
        var session = await CreateSessionAsync(ann.Id);

        await ChangeAsync(ann.Id, disabled: true);
        await ChangeAsync(ann.Id, disabled: false);

        Assert.Null(await Store.FindSessionAsync(session.Hash, Cancel));
    }

    [Fact]
    public async Task An_ended_session_is_gone_and_a_touch_does_not_bring_it_back()
    {
        var ann = await CreateUserAsync("Ann");
        var session = await CreateSessionAsync(ann.Id);

        Assert.True(await Store.EndSessionAsync(session.Hash, RevocationReason.SignedOut, Cancel));
        Assert.False(await Store.EndSessionAsync(session.Hash, RevocationReason.SignedOut, Cancel));
        await Store.TouchSessionAsync(session.Hash, Now, Now, Cancel);
        Assert.Null(await Store.FindSessionAsync(session.Hash, Cancel));
    }

    [Fact]
    public async Task A_renewed_session_has_another_secret_and_begins_anew()
    {
        var ann = await CreateUserAsync("Ann");
        var bea = await CreateUserAsync("Bea");
        var session = await CreateSessionAsync(ann.Id);
        var hash = CredentialHash.Of("renewed");

        Assert.Null(await Store.RenewSessionAsync(bea.Id, session.Id, hash, Now + 5, Now + 50, Cancel));
        Assert.Equal(session.Hash, await Store.RenewSessionAsync(ann.Id, session.Id, hash, Now + 5, Now + 50, Cancel));

        Assert.Null(await Store.FindSessionAsync(session.Hash, Cancel));
        var renewed = session with { Hash = hash, CreatedAt = Now + 5, SeenAt = Now + 5, ExpiresAt = Now + 50 };
        Assert.Equal(renewed, (await Store.FindSessionAsync(hash, Cancel))?.Session);
    }

    [Fact]
    public async Task Expired_sessions_are_deleted_in_steps()
    {
        var ann = await CreateUserAsync("Ann");
        for (var i = 0; i < 3; i++)
        {
            await CreateSessionAsync(ann.Id, expiresAt: Now + i);
        }

        var alive = await CreateSessionAsync(ann.Id, expiresAt: Now + 10);

        Assert.Equal(2, await Store.DeleteExpiredSessionsAsync(Now + 10, 2, Cancel));
        Assert.Equal(1, await Store.DeleteExpiredSessionsAsync(Now + 10, 2, Cancel));
        Assert.NotNull(await Store.FindSessionAsync(alive.Hash, Cancel));
    }

    [Fact]
    public async Task A_token_is_found_with_its_user()
    {
        var ann = await CreateUserAsync("Ann");
        var token = NewToken(ann.Id) with { RoomKeys = ["a", "b"], IsUnlimited = true };
        Assert.True(await Store.CreateTokenAsync(token, 5, Cancel));
        await Store.TouchTokenAsync(token.Id, Now + 5, Cancel);

        var found = await Store.FindTokenAsync(token.Hash, Cancel);

        Assert.NotNull(found);
        Assert.Equal(ann, found.User);
        Assert.Equal(["a", "b"], found.Token.RoomKeys);
        Assert.Equal(token with { LastUsedAt = Now + 5, RoomKeys = found.Token.RoomKeys }, found.Token);
        Assert.Null(await Store.FindTokenAsync(CredentialHash.Of("other"), Cancel));
    }

    [Fact]
    public async Task A_token_without_rooms_differs_from_one_for_no_room()
    {
        var ann = await CreateUserAsync("Ann");
        var token = NewToken(ann.Id);
        await Store.CreateTokenAsync(token, 5, Cancel);

        Assert.Null((await Store.FindTokenAsync(token.Hash, Cancel))?.Token.RoomKeys);
    }

    [Fact]
    public async Task A_withdrawn_token_is_not_listed_and_leaves_its_place()
    {
        var ann = await CreateUserAsync("Ann");
        var bea = await CreateUserAsync("Bea");
        var token = NewToken(ann.Id);
        Assert.True(await Store.CreateTokenAsync(token, 1, Cancel));
        Assert.False(await Store.CreateTokenAsync(NewToken(ann.Id), 1, Cancel));

        Assert.False(await Store.RevokeTokenAsync(bea.Id, token.Id, Now + 1, Cancel));
        Assert.Equal([token.Id], (await Store.ListTokensAsync(ann.Id, Cancel)).Select(t => t.Id));
        Assert.True(await Store.RevokeTokenAsync(ann.Id, token.Id, Now + 1, Cancel));
        Assert.False(await Store.RevokeTokenAsync(ann.Id, token.Id, Now + 2, Cancel));

        Assert.Empty(await Store.ListTokensAsync(ann.Id, Cancel));
        Assert.Equal(Now + 1, (await Store.FindTokenAsync(token.Hash, Cancel))?.Token.RevokedAt);
        Assert.True(await Store.CreateTokenAsync(NewToken(ann.Id), 1, Cancel));
    }

    private async Task<UserRecord> CreateUserAsync(
        string name, RoomRole role = RoomRole.Member, string hash = "hash")
    {
        var user = await Store.CreateUserAsync(
            new UserRecord
            {
                Name = name,
                NameKey = name.ToLowerInvariant(),
                Role = role,
                PasswordHash = hash,
                CreatedAt = Now,
            },
            Cancel);
        Assert.NotNull(user);
        return user;
    }

    private ValueTask<UserChangeOutcome> ChangeAsync(long userId, RoomRole? role = null, bool? disabled = null) =>
        Store.ChangeUserAsync(userId, role, disabled, Cancel);

    private async Task<SessionRecord> CreateSessionAsync(long userId, long seenAt = Now, long expiresAt = Now + 50)
    {
        var session = NewSession(userId, seenAt) with { ExpiresAt = expiresAt };
        Assert.NotNull(await Store.CreateSessionAsync(session, "hash", 50, Cancel));
        return session;
    }

    private SessionRecord NewSession(long userId, long seenAt)
    {
        var id = _nextId++;
        return new SessionRecord
        {
            Hash = CredentialHash.Of($"session {id}"),
            Id = id,
            UserId = userId,
            CreatedAt = Now,
            SeenAt = seenAt,
            ExpiresAt = Now + 50,
            Agent = "a browser",
            Address = "::1",
        };
    }

    private TokenRecord NewToken(long userId)
    {
        var id = _nextId++;
        return new TokenRecord
        {
            Id = id,
            Hash = CredentialHash.Of($"token {id}"),
            UserId = userId,
            Name = "robot",
            Scopes = Scopes.Read | Scopes.Write,
            CreatedAt = Now,
        };
    }
}
