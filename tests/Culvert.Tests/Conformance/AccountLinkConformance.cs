using Culvert.Server.Accounts;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Conformance;

/// <summary>
/// What every engine of <see cref="IAccountStore"/> must do with first owners, invitations, resets and profiles.
/// </summary>
public abstract class AccountLinkConformance : IAsyncLifetime
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
    public async Task Of_many_first_owners_one_is_made()
    {
        Assert.False(await Store.HasOwnerAsync(Cancel));
        await CreateUserAsync("Zoe");
        Assert.False(await Store.HasOwnerAsync(Cancel));

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            i => Store.CreateFirstOwnerAsync(New($"Ann{i}", RoomRole.Owner), Cancel).AsTask()));

        Assert.Single(made, one => one.User is not null);
        Assert.Equal(7, made.Count(one => !one.IsAllowed));
        Assert.True(await Store.HasOwnerAsync(Cancel));
    }

    [Fact]
    public async Task A_first_owner_takes_no_name_that_is_taken()
    {
        await CreateUserAsync("Ann");

        var made = await Store.CreateFirstOwnerAsync(New("Ann", RoomRole.Owner), Cancel);

        Assert.Equal((null, true), (made.User, made.IsAllowed));
        Assert.False(await Store.HasOwnerAsync(Cancel));
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_by_their_user()
    {
        var ann = await CreateUserAsync("Ann");
        var bea = await CreateUserAsync("Bea");
        var first = await CreateSessionAsync(ann.Id, Now, Now + 50);
        var second = await CreateSessionAsync(ann.Id, Now + 1, Now + 50);
        var third = await CreateSessionAsync(ann.Id, Now + 2, Now + 10);
        var foreign = await CreateSessionAsync(bea.Id, Now, Now + 50);

        Assert.Equal([third, second, first], await Store.ListSessionsAsync(ann.Id, Now, Cancel));
        Assert.Equal([second, first], await Store.ListSessionsAsync(ann.Id, Now + 10, Cancel));
        Assert.False(await Store.EndSessionAsync(ann.Id, foreign.Id, Cancel));
        Assert.True(await Store.EndSessionAsync(ann.Id, third.Id, Cancel));
        Assert.False(await Store.EndSessionAsync(ann.Id, third.Id, Cancel));
        Assert.Equal(1, await Store.EndOtherSessionsAsync(ann.Id, first.Id, Cancel));
        Assert.Equal([first], await Store.ListSessionsAsync(ann.Id, Now, Cancel));
        Assert.Equal(1, await Store.EndOtherSessionsAsync(ann.Id, 0, Cancel));
        Assert.Equal([foreign], await Store.ListSessionsAsync(bea.Id, Now, Cancel));
    }

    [Fact]
    public async Task An_invitation_is_found_while_it_is_good()
    {
        var ann = await CreateUserAsync("Ann");
        var invite = await InviteAsync(ann.Id, uses: 2);

        Assert.Equal(new InviteOfMaker(invite, ann), await Store.FindInviteAsync(invite.Hash, Now, Cancel));
        Assert.Null(await Store.FindInviteAsync(invite.Hash, Now + 50, Cancel));
        Assert.Null(await Store.FindInviteAsync(CredentialHash.Of("other"), Now, Cancel));
        Assert.True(await Store.UseInviteAsync(invite.Hash, Now, Cancel));
        Assert.Equal(1, (await Store.FindInviteAsync(invite.Hash, Now, Cancel))?.Invite.UsesLeft);
        await Store.ReturnInviteAsync(invite.Hash, Cancel);
        await Store.ReturnInviteAsync(invite.Hash, Cancel);
        Assert.Equal(2, (await Store.FindInviteAsync(invite.Hash, Now, Cancel))?.Invite.UsesLeft);
        await Store.ChangeUserAsync(ann.Id, null, true, Cancel);
        Assert.Null(await Store.FindInviteAsync(invite.Hash, Now, Cancel));
        Assert.False(await Store.UseInviteAsync(invite.Hash, Now, Cancel));
    }

    [Fact]
    public async Task Many_at_once_take_no_more_uses_than_there_are()
    {
        var ann = await CreateUserAsync("Ann");
        var invite = await InviteAsync(ann.Id, uses: 3);

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => i % 2 == 0
            ? Store.UseInviteAsync(invite.Hash, Now, Cancel).AsTask()
            : InvitedAsync(invite.Hash, $"user{i}")));

        Assert.Equal(3, taken.Count(one => one));
        Assert.False(await Store.UseInviteAsync(invite.Hash, Now, Cancel));
    }

    [Fact]
    public async Task An_invited_user_is_made_with_the_use_or_not_at_all()
    {
        var ann = await CreateUserAsync("Ann");
        var invite = await InviteAsync(ann.Id);

        var taken = await Store.CreateInvitedUserAsync(New("ANN"), invite.Hash, Cancel);
        var late = await Store.CreateInvitedUserAsync(New("Bea") with { CreatedAt = Now + 50 }, invite.Hash, Cancel);
        var made = await Store.CreateInvitedUserAsync(New("Bea"), invite.Hash, Cancel);
        var second = await Store.CreateInvitedUserAsync(New("Cleo"), invite.Hash, Cancel);

        Assert.Equal((null, true), (taken.User, taken.IsAllowed));
        Assert.False(late.IsAllowed);
        Assert.Equal(made.User, await Store.FindUserAsync("bea", Cancel));
        Assert.False(second.IsAllowed);
        Assert.Null(await Store.FindUserAsync("cleo", Cancel));
    }

    [Fact]
    public async Task Invitations_are_listed_and_withdrawn_by_maker_or_by_anybody()
    {
        var ann = await CreateUserAsync("Ann");
        var bea = await CreateUserAsync("Bea");
        var first = await InviteAsync(ann.Id, at: Now);
        var second = await InviteAsync(bea.Id, at: Now + 1);
        var used = await InviteAsync(ann.Id, at: Now + 2);
        await Store.UseInviteAsync(used.Hash, Now, Cancel);

        Assert.Equal([second.Id, first.Id], Ids(await Store.ListInvitesAsync(0, Now, 10, Cancel)));
        Assert.Equal([second.Id], Ids(await Store.ListInvitesAsync(0, Now, 1, Cancel)));
        Assert.Equal([first.Id], Ids(await Store.ListInvitesAsync(ann.Id, Now, 10, Cancel)));
        Assert.Empty(await Store.ListInvitesAsync(ann.Id, Now + 50, 10, Cancel));
        Assert.False(await Store.RevokeInviteAsync(ann.Id, second.Id, Now, Cancel));
        Assert.False(await Store.RevokeInviteAsync(ann.Id, used.Id, Now, Cancel));
        Assert.True(await Store.RevokeInviteAsync(0, second.Id, Now, Cancel));
        Assert.True(await Store.RevokeInviteAsync(ann.Id, first.Id, Now, Cancel));
        Assert.Null(await Store.FindInviteAsync(first.Hash, Now, Cancel));
    }

    [Fact]
    public async Task A_maker_has_only_so_many_good_invitations()
    {
        var ann = await CreateUserAsync("Ann");
        var invite = NewInvite(ann.Id, 1, Now) with { RoomId = 7, Room = "den" };
        Assert.True(await Store.CreateInviteAsync(invite, 1, Cancel));
        Assert.Equal(invite, (await Store.FindInviteAsync(invite.Hash, Now, Cancel))?.Invite);

        Assert.False(await Store.CreateInviteAsync(NewInvite(ann.Id, 1, Now), 1, Cancel));
        await Store.UseInviteAsync(invite.Hash, Now, Cancel);
        Assert.True(await Store.CreateInviteAsync(NewInvite(ann.Id, 1, Now), 1, Cancel));
    }

    [Fact]
    public async Task A_reset_sets_the_password_once_and_ends_every_session()
    {
        var ann = await CreateUserAsync("Ann");
        var session = await CreateSessionAsync(ann.Id, Now, Now + 50);
        var replaced = new ResetRecord(CredentialHash.Of("first"), ann.Id, Now + 10);
        var reset = replaced with { Hash = CredentialHash.Of("second") };
        await Store.CreateResetAsync(replaced, Cancel);
        await Store.CreateResetAsync(reset, Cancel);

        Assert.Null(await Store.FindResetAsync(replaced.Hash, Now, Cancel));
        Assert.Null(await Store.FindResetAsync(reset.Hash, Now + 10, Cancel));
        Assert.Equal(ann, await Store.FindResetAsync(reset.Hash, Now, Cancel));
        Assert.False(await Store.UseResetAsync(reset.Hash, Now + 10, "new", Cancel));
        Assert.True(await Store.UseResetAsync(reset.Hash, Now, "new", Cancel));
        Assert.False(await Store.UseResetAsync(reset.Hash, Now, "newer", Cancel));
        Assert.Equal("new", (await Store.FindUserAsync(ann.Id, Cancel))?.PasswordHash);
        Assert.Null(await Store.FindSessionAsync(session.Hash, Cancel));
    }

    [Fact]
    public async Task A_new_password_withdraws_the_reset_of_its_user()
    {
        var ann = await CreateUserAsync("Ann");
        var reset = new ResetRecord(CredentialHash.Of("reset"), ann.Id, Now + 10);
        await Store.CreateResetAsync(reset, Cancel);

        await Store.SetPasswordAsync(ann.Id, "new", 0, Cancel);

        Assert.Null(await Store.FindResetAsync(reset.Hash, Now, Cancel));
    }

    [Fact]
    public async Task Expired_links_are_deleted_in_steps()
    {
        var ann = await CreateUserAsync("Ann");
        await InviteAsync(ann.Id);
        await InviteAsync(ann.Id);
        await Store.CreateResetAsync(new ResetRecord(CredentialHash.Of("reset"), ann.Id, Now + 10), Cancel);

        Assert.Equal(0, await Store.DeleteExpiredLinksAsync(Now + 9, 10, Cancel));
        Assert.Equal(2, await Store.DeleteExpiredLinksAsync(Now + 50, 1, Cancel));
        Assert.Equal(1, await Store.DeleteExpiredLinksAsync(Now + 50, 1, Cancel));
    }

    [Fact]
    public async Task A_title_is_set_found_and_taken_away()
    {
        var ann = await CreateUserAsync("Ann");
        await CreateUserAsync("Anton");
        var bea = await CreateUserAsync("Bea");

        Assert.Equal(ann with { Title = "Бета" }, await Store.SetTitleAsync(ann.Id, "Бета", "бета", Cancel));
        Assert.Null(await Store.SetTitleAsync(bea.Id + 1, "x", "x", Cancel));

        Assert.Equal("Бета", (await Store.FindUserAsync("ann", Cancel))?.Title);
        Assert.Equal(["ann"], await SearchAsync("бе", "бе"));
        Assert.Equal(["ann", "anton"], await SearchAsync("an", "an"));
        Assert.Equal(["ann", "bea"], await SearchAsync("bea", "бета"));
        Assert.Equal(["ann", "anton", "bea"], await SearchAsync("", ""));
        Assert.Equal(["ann"], await SearchAsync("an", "an", limit: 1));
        await Store.ChangeUserAsync(bea.Id, null, true, Cancel);
        Assert.Empty(await SearchAsync("bea", "bea"));
        Assert.Equal(ann, await Store.SetTitleAsync(ann.Id, null, null, Cancel));
        Assert.Empty(await SearchAsync("бе", "бе"));
    }

    [Fact]
    public async Task A_search_goes_on_behind_a_key_and_back_before_it()
    {
        // The order of the display names is not that of the names.
        foreach (var (name, title) in new[] { ("Bea", "zz"), ("Cleo", "zy"), ("Dora", "zx"), ("Zoe", "aa") })
        {
            await Store.SetTitleAsync((await CreateUserAsync(name)).Id, title, title, Cancel);
        }

        Assert.Equal(["bea", "cleo"], await SearchAsync("z", "z", limit: 2));
        Assert.Equal(["dora", "zoe"], await SearchAsync("z", "z", limit: 2, key: "cleo"));
        Assert.Empty(await SearchAsync("z", "z", limit: 2, key: "zoe"));
        Assert.Equal(["cleo", "bea"], await SearchAsync("z", "z", limit: 2, key: "dora", isBack: true));
        Assert.Equal(["cleo", "dora"], await SearchAsync("", "", limit: 2, key: "bea"));
        Assert.Empty(await SearchAsync("", "", key: "bea", isBack: true));
    }

    [Fact]
    public async Task Users_are_found_by_many_keys()
    {
        var ann = await CreateUserAsync("Ann");
        var bea = await CreateUserAsync("Bea");

        Assert.Equal([bea, ann], await Store.FindUsersAsync(["bea", "zoe", "ann"], Cancel));
        Assert.Empty(await Store.FindUsersAsync([], Cancel));
    }

    [Fact]
    public async Task A_picture_has_another_version_at_each_change()
    {
        var ann = await CreateUserAsync("Ann");

        Assert.Null(await Store.FindAvatarAsync("ann", Cancel));
        Assert.Equal(Now, (await Store.SetAvatarAsync(ann.Id, [1], Now, Cancel))?.Avatar);
        Assert.Equal(Now + 1, (await Store.SetAvatarAsync(ann.Id, [2], Now, Cancel))?.Avatar);
        var avatar = await Store.FindAvatarAsync("ann", Cancel);
        Assert.NotNull(avatar);
        Assert.Equal(Now + 1, avatar.Version);
        Assert.Equal([2], avatar.Png);
        Assert.Equal(ann, await Store.SetAvatarAsync(ann.Id, null, 0, Cancel));
        Assert.Null(await Store.FindAvatarAsync("ann", Cancel));
    }

    private async Task<IEnumerable<string>> SearchAsync(
        string name, string title, int limit = 10, string key = "", bool isBack = false) =>
        (await Store.SearchUsersAsync(name, title, key, isBack, limit, Cancel)).Select(user => user.NameKey);

    private static IEnumerable<long> Ids(IEnumerable<InviteOfMaker> invites) => invites.Select(one => one.Invite.Id);

    private async Task<bool> InvitedAsync(CredentialHash hash, string name) =>
        (await Store.CreateInvitedUserAsync(New(name), hash, Cancel)).User is not null;

    private async Task<UserRecord> CreateUserAsync(string name)
    {
        var user = await Store.CreateUserAsync(New(name), Cancel);
        Assert.NotNull(user);
        return user;
    }

    private static UserRecord New(string name, RoomRole role = RoomRole.Member) => new()
    {
        Name = name,
        NameKey = name.ToLowerInvariant(),
        Role = role,
        PasswordHash = "hash",
        CreatedAt = Now,
    };

    private async Task<InviteRecord> InviteAsync(long makerId, int uses = 1, long at = Now)
    {
        var invite = NewInvite(makerId, uses, at);
        Assert.True(await Store.CreateInviteAsync(invite, 50, Cancel));
        return invite;
    }

    private InviteRecord NewInvite(long makerId, int uses, long at)
    {
        var id = _nextId++;
        return new InviteRecord
        {
            Id = id,
            Hash = CredentialHash.Of($"invite {id}"),
            MakerId = makerId,
            Uses = uses,
            UsesLeft = uses,
            CreatedAt = at,
            ExpiresAt = Now + 50,
        };
    }

    private async Task<SessionRecord> CreateSessionAsync(long userId, long seenAt, long expiresAt)
    {
        var id = _nextId++;
        var session = new SessionRecord
        {
            Hash = CredentialHash.Of($"session {id}"),
            Id = id,
            UserId = userId,
            CreatedAt = Now,
            SeenAt = seenAt,
            ExpiresAt = expiresAt,
        };
        Assert.NotNull(await Store.CreateSessionAsync(session, "hash", 50, Cancel));
        return session;
    }
}
