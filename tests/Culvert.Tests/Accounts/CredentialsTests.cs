using Culvert.Server.Accounts;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Storage.Sqlite;
using Culvert.Tests.Storage;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Accounts;

public sealed class CredentialsTests : IAsyncLifetime
{
    private const string Secret = "session secret";

    private readonly ManualTimeProvider _time = new();
    private readonly TestDirectory _directory = new();
    private readonly SqliteDatabase _database;
    private readonly SqlAccountStore _store;
    private readonly Revocations _revocations = new();
    private readonly Credentials _credentials;
    private long _userId;

    public CredentialsTests()
    {
        _database = SqliteDatabase.Open(
            _directory.Path, new SqliteTuning { Readers = 1 }, TimeProvider.System, NullLogger.Instance);
        _store = new SqlAccountStore(_database);
        _credentials = new Credentials(
            _store,
            new AccountOptions(),
            OwnerToken.Load(_directory.Path),
            _time,
            _revocations,
            NullLogger<Credentials>.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync()
    {
        var user = await _store.CreateUserAsync(
            new UserRecord { Name = "Ann", NameKey = "ann", PasswordHash = "h", CreatedAt = Now }, Cancel);
        _userId = user!.Id;
        var session = new SessionRecord
        {
            Hash = CredentialHash.Of(Secret),
            Id = Secrets.NewSessionId(),
            UserId = _userId,
            CreatedAt = Now,
            SeenAt = Now,
            ExpiresAt = Now + (long)TimeSpan.FromDays(30).TotalMilliseconds,
        };
        await _store.CreateSessionAsync(session, "h", 5, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _credentials.Dispose();
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_is_in_use_is_answered_at_once_and_without_the_store()
    {
        var first = await FindAsync();
        await _database.DisposeAsync();

        var again = _credentials.FindSessionAsync(Secret, Cancel);

        Assert.True(again.IsCompletedSuccessfully);
        Assert.Same(first, await again);
        Assert.Equal("Ann", first.Caller?.Name);
        Assert.True(first.Caller?.ByCookie);
    }

    [Fact]
    public async Task A_use_is_written_down_once_an_hour()
    {
        var begin = Now;
        await FindAsync();
        _time.Advance(TimeSpan.FromMinutes(59));
        await FindAsync();
        Assert.Equal(begin, await SeenAtAsync());

        _time.Advance(TimeSpan.FromMinutes(1));
        await FindAsync();

        Assert.Equal(Now, await SeenAtAsync());
    }

    [Fact]
    public async Task What_another_process_ended_ends_here_within_a_minute()
    {
        var heard = new List<Revocation>();
        using var subscription = _revocations.Subscribe(heard.Add);
        await FindAsync();
        await _store.EndSessionAsync(CredentialHash.Of(Secret), RevocationReason.SignedOut, Cancel);

        Assert.Equal(CallerState.Known, (await FindAsync()).State);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(CallerState.Expired, (await FindAsync()).State);
        Assert.Equal(CallerState.Expired, (await FindAsync()).State);
        Assert.Equal(_userId, Assert.Single(heard).UserId);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_does_not_sign_users_out()
    {
        await FindAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        await _database.WriteAsync(
            session =>
            {
                session.Execute("drop table sessions");
                return true;
            },
            null,
            Cancel);

        Assert.Equal(CallerState.Known, (await FindAsync()).State);
        Assert.Equal(CallerState.Known, (await FindAsync()).State);
    }

    [Fact]
    public async Task A_long_secret_is_not_even_looked_at()
    {
        var found = await _credentials.FindTokenAsync(new string('x', 10_000), Cancel);

        Assert.Equal(CallerState.Refused, found.State);
    }

    private ValueTask<CallerFeature> FindAsync() => _credentials.FindSessionAsync(Secret, Cancel);

    private async Task<long?> SeenAtAsync() =>
        (await _store.FindSessionAsync(CredentialHash.Of(Secret), Cancel))?.Session.SeenAt;
}
