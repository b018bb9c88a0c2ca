using Culvert.Server.Accounts;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Culvert.Tests.Servers;
using Npgsql;

namespace Culvert.Tests.Storage;

/// <summary>Changes of accounts and what they tell the other nodes: one transaction.</summary>
public sealed class AccountNewsTests(PostgresServer server) : IAsyncLifetime
{
    private const long Now = 1_790_000_000_000;

    private static readonly Dictionary<string, Func<IAccountStore, Scene, ValueTask>> Changes = new()
    {
        ["disabled"] = async (store, scene) =>
            await store.ChangeUserAsync(scene.User.Id, null, disabled: true, Cancel),
        ["role"] = async (store, scene) => await store.ChangeUserAsync(scene.User.Id, RoomRole.Moderator, null, Cancel),
        ["password"] = async (store, scene) =>
            await store.SetPasswordAsync(scene.User.Id, "new", scene.Sessions[0].Id, Cancel),
        ["reset"] = async (store, scene) => await store.UseResetAsync(scene.Reset, Now, "new", Cancel),
        ["signed out"] = async (store, scene) =>
            await store.EndSessionAsync(scene.Sessions[0].Hash, RevocationReason.SignedOut, Cancel),
        ["one session"] = async (store, scene) =>
            await store.EndSessionAsync(scene.User.Id, scene.Sessions[1].Id, Cancel),
        ["other sessions"] = async (store, scene) =>
            await store.EndOtherSessionsAsync(scene.User.Id, scene.Sessions[0].Id, Cancel),
        ["too many sessions"] = async (store, scene) =>
            await store.CreateSessionAsync(NewSession(scene.User.Id, 30), "hash", 2, Cancel),
        ["another secret"] = async (store, scene) => await store.RenewSessionAsync(
            scene.User.Id, scene.Sessions[0].Id, CredentialHash.Of("another"), Now, Now + 1000, Cancel),
        ["token"] = async (store, scene) => await store.RevokeTokenAsync(scene.User.Id, 50, Now, Cancel),
        ["title"] = async (store, scene) => await store.SetTitleAsync(scene.User.Id, "Bob", "bob", Cancel),
        ["picture"] = async (store, scene) => await store.SetAvatarAsync(scene.User.Id, [1], Now, Cancel),
    };

    private readonly ControlOutbox _outbox = new();
    private readonly List<long> _woken = [];
    private string _connection = "";
    private PostgresDatabase? _database;
    private NpgsqlDataSource? _source;

    public static TheoryData<string> Names => [.. Changes.Keys];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SqlAccountStore Accounts => new SqlAccountStore(
        _database ?? throw new InvalidOperationException("Not set up."), new PostgresOutbox(_outbox));

    private PostgresNodeStore Nodes => new(_source ?? throw new InvalidOperationException("Not set up."));

    public async ValueTask InitializeAsync()
    {
        _connection = await server.CreateSchemaAsync();
        _database = PostgresFixture.Open(_connection);
        _source = NpgsqlDataSource.Create(_connection);
        _outbox.Added = _woken.Add;
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null && _database is not null)
        {
            await _source.DisposeAsync();
            await _database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Each_change_tells_what_the_others_have_to_do()
    {
        var told = new List<string>();
        foreach (var (name, change) in Changes)
        {
            var scene = await SetAsync(name);
            await change(Accounts, scene);
            told.Add(Outline(name, scene, await LastAsync()));
        }

        Assert.Equal(
            [
                "disabled: UserDisabled all", "role: RoleChanged all", "password: PasswordChanged sessions but 1",
                "reset: PasswordChanged sessions but 0", "signed out: SignedOut one 1",
                "one session: SessionEnded one 2",
                "other sessions: SessionEnded sessions but 1", "too many sessions: SessionEnded one 1",
                "another secret: replaced", "token: TokenRevoked one 50", "title: profile", "picture: profile",
            ],
            told);
        Assert.Equal(Enumerable.Range(1, Changes.Count).Select(static id => (long)id), _woken);
        Assert.True(_outbox.TakeOwn(Changes.Count));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_change_that_cannot_be_told_is_not_made(string name)
    {
        var scene = await SetAsync(name);
        await ExecuteAsync("alter table control add constraint full_up check (id < 0)");
        var before = await PrintAsync();

        await Assert.ThrowsAsync<StoreException>(async () => await Changes[name](Accounts, scene));

        Assert.Equal(before, await PrintAsync());
        Assert.Empty(_woken);
        await ExecuteAsync("alter table control drop constraint full_up");
        await Changes[name](Accounts, scene);
        Assert.NotEqual(before, await PrintAsync());
        Assert.Equal([1L], _woken);
    }

    [Fact]
    public async Task What_changes_nothing_tells_nothing()
    {
        var scene = await SetAsync("x");

        await Accounts.ChangeUserAsync(scene.User.Id, scene.User.Role, disabled: false, Cancel);
        await Accounts.SetPasswordAsync(999, "new", 0, Cancel);
        await Accounts.EndSessionAsync(CredentialHash.Of("nobody's"), RevocationReason.SignedOut, Cancel);
        await Accounts.EndSessionAsync(scene.User.Id, 999, Cancel);
        await Accounts.RevokeTokenAsync(scene.User.Id, 999, Now, Cancel);
        await Accounts.SetTitleAsync(999, "x", "x", Cancel);

        Assert.Equal(0, await Nodes.LastControlAsync(Cancel));
        Assert.Empty(_woken);
    }

    [Fact]
    public async Task Changes_on_two_nodes_at_once_are_all_told_in_order()
    {
        const int Each = 25;
        await using var other = PostgresFixture.Open(_connection);
        IAccountStore[] stores = [Accounts, new SqlAccountStore(other, new PostgresOutbox(new ControlOutbox()))];
        var users = new List<UserRecord>();
        for (var number = 0; number < 2 * Each; number++)
        {
            users.Add((await SetAsync($"u{number}")).User);
        }

        await Task.WhenAll(users.Select((user, index) => Task.Run(
            async () => await stores[index % 2].SetPasswordAsync(user.Id, "new", 0, Cancel), Cancel)));

        var entries = await Nodes.ReadControlAsync(0, 1000, Cancel);
        Assert.Equal(Enumerable.Range(1, 2 * Each).Select(static id => (long)id), entries.Select(entry => entry.Id));
    }

    private static SessionRecord NewSession(long userId, long id) => new()
    {
        Hash = CredentialHash.Of($"{userId}-{id}"),
        Id = (userId * 100) + id,
        UserId = userId,
        CreatedAt = Now,
        SeenAt = Now + id,
        ExpiresAt = Now + 1_000_000,
        Agent = "",
        Address = "",
    };

    private static string Outline(string name, Scene scene, ControlBody body)
    {
        var first = scene.User.Id * 100;
        return body switch
        {
            { Revoked: { CredentialId: > 0 } one } when one.UserId == scene.User.Id =>
                $"{name}: {one.Reason} one {(one.CredentialId > first ? one.CredentialId - first : one.CredentialId)}",
            { Revoked: { OnlySessions: true } all } when all.UserId == scene.User.Id =>
                $"{name}: {all.Reason} sessions but {Math.Max(0, all.ExceptCredentialId - first)}",
            { Revoked: { } all } when all.UserId == scene.User.Id => $"{name}: {all.Reason} all",
            { Replaced: { } hash } when new CredentialHash(hash).Equals(scene.Sessions[0].Hash) => $"{name}: replaced",
            { Profile: var profile } when profile == scene.User.Id => $"{name}: profile",
            _ => $"{name}: ?",
        };
    }

    /// <summary>A user with two sessions, a token and a link to a new password.</summary>
    private async Task<Scene> SetAsync(string name)
    {
        var accounts = new SqlAccountStore(_database ?? throw new InvalidOperationException("Not set up."));
        var key = name.Replace(' ', '-');
        var user = await accounts.CreateUserAsync(
            new UserRecord { Name = key, NameKey = key, PasswordHash = "hash", CreatedAt = Now }, Cancel);
        Assert.NotNull(user);
        SessionRecord[] sessions = [NewSession(user.Id, 1), NewSession(user.Id, 2)];
        foreach (var session in sessions)
        {
            Assert.NotNull(await accounts.CreateSessionAsync(session, "hash", 5, Cancel));
        }

        await ExecuteAsync("delete from tokens");
        await accounts.CreateTokenAsync(
            new TokenRecord
            {
                Id = 50,
                Hash = CredentialHash.Of($"t{key}"),
                UserId = user.Id,
                Name = "t",
                Scopes = Scopes.None,
                CreatedAt = 1,
            },
            5,
            Cancel);
        var reset = CredentialHash.Of($"r{key}");
        await accounts.CreateResetAsync(new ResetRecord(reset, user.Id, Now + 1000), Cancel);
        return new Scene(user, sessions, reset);
    }

    private async Task<ControlBody> LastAsync()
    {
        var last = await Nodes.LastControlAsync(Cancel);
        var entry = Assert.Single(await Nodes.ReadControlAsync(last - 1, 10, Cancel));
        var body = System.Text.Json.JsonSerializer.Deserialize(entry.Body.Span, NodeJson.Default.ControlBody);
        Assert.NotNull(body);
        return body;
    }

    /// <summary>All that a change could have changed.</summary>
    private async Task<string> PrintAsync()
    {
        await using var command = _source!.CreateCommand( // Set up before any test.
            """
            select string_agg(line, ';' order by line) from (
                select cast(u as text) from users u union all select cast(s as text) from sessions s
                union all select cast(t as text) from tokens t union all select cast(r as text) from resets r
                union all select cast(a as text) from avatars a) as lines (line)
            """);
        return (string?)await command.ExecuteScalarAsync(Cancel) ?? "";
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _source!.CreateCommand(sql); // As above.
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private sealed record Scene(UserRecord User, SessionRecord[] Sessions, CredentialHash Reset);
}
