using System.Net;
using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Signs users in and out. Safe for concurrent use.</summary>
internal sealed partial class SessionService
{
    // Tells one browser from another; nobody reads more.
    private const int MaxAgentLength = 200;

    // Names that cannot exist share one bucket. No name key has a blank in it.
    private const string NoSuchKey = " ";

    private readonly IAccountStore _store;
    private readonly AccountOptions _options;
    private readonly PasswordHasher _hasher;
    private readonly SignInLimiter _limiter;
    private readonly PasswordCheck _passwords;
    private readonly Credentials _credentials;
    private readonly Revocations _revocations;
    private readonly TimeProvider _time;
    private readonly CulvertMeter _meter;
    private readonly ILogger<SessionService> _logger;

    public SessionService(
        IAccountStore store,
        AccountOptions options,
        PasswordHasher hasher,
        SignInLimiter limiter,
        PasswordCheck passwords,
        Credentials credentials,
        Revocations revocations,
        TimeProvider time,
        CulvertMeter meter,
        ILogger<SessionService> logger)
    {
        _store = store;
        _options = options;
        _hasher = hasher;
        _limiter = limiter;
        _passwords = passwords;
        _credentials = credentials;
        _revocations = revocations;
        _time = time;
        _meter = meter;
        _logger = logger;
    }

    /// <summary>
    /// Begins a session. Unknown and disabled users, users without a password and wrong passwords are answered alike,
    /// in text and in time.
    /// </summary>
    public async Task<AccountResult<SignedIn>> SignInAsync(
        SignInRequest request, CancellationToken cancellationToken)
    {
        var accountKey = NameRules.TryNormaliseUser(request.Name, out var nameKey, out _) ? nameKey : NoSuchKey;
        var wait = _limiter.TryBegin(accountKey, request.Address);
        if (wait > TimeSpan.Zero)
        {
            Count("limited");
            Log.SignInLimited(_logger, accountKey, request.Address);
            return new AccountRefusal(ErrorCode.RateLimited, "Too many failed sign-ins; try again later.", wait);
        }

        var user = accountKey == NoSuchKey ? null : await _store.FindUserAsync(accountKey, cancellationToken);
        var hash = user is { IsDisabled: false } ? user.PasswordHash : null;
        var verdict = await _hasher.VerifyAsync(hash, request.Password, cancellationToken);
        if (verdict == PasswordVerdict.Busy)
        {
            _limiter.Forgive(accountKey, request.Address);
            Count("busy");
            return new AccountRefusal(ErrorCode.Overloaded, "Too many are signing in; try again.", BusyWait);
        }

        // Both are known whenever a password was right.
        var session = verdict is PasswordVerdict.Right or PasswordVerdict.RightButOld
            ? await BeginAsync(user!, hash!, verdict, request, cancellationToken)
            : null;
        if (session is null)
        {
            Count("failed");
            _limiter.Failed(accountKey, request.Address);
            Log.SignInFailed(_logger, accountKey, request.Address);
            return AccountRefusal.BadCredentials(request.Name);
        }

        _limiter.Forgive(accountKey, request.Address);
        Count("done");
        return session;
    }

    /// <summary>
    /// Makes a session that is going on as good as new with the password of its user: it counts as begun now, and has
    /// another secret. What was opened with it stays open.
    /// </summary>
    public async Task<AccountResult<SignedIn>> ConfirmAsync(
        Caller caller, IPAddress? address, string password, CancellationToken cancellationToken)
    {
        if (await _store.FindUserAsync(caller.UserId, cancellationToken) is not { } user)
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        if (await _passwords.RefusalAsync(user, address, password, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        return await RenewAsync(user, caller.CredentialId) is { } renewed
            ? renewed
            : new AccountRefusal(ErrorCode.SessionExpired);
    }

    /// <summary>
    /// Gives a session of the user that is going on another secret, as of a sign-in now; null when it is over. Whoever
    /// calls has checked the password.
    /// </summary>
    public async Task<SignedIn?> RenewAsync(UserRecord user, long id)
    {
        var secret = Secrets.New();
        var now = Now;

        // The change and the news of it belong together, whether or not the client waits for them.
        if (await _store.RenewSessionAsync(
            user.Id, id, CredentialHash.Of(secret), now, now + FirstLife, CancellationToken.None) is not { } before)
        {
            return null;
        }

        _credentials.Forget(before);
        return new SignedIn(user, secret, _options.SessionLifetime);
    }

    /// <summary>Ends the session of a cookie, with every connection opened by it; false when there is none.</summary>
    public Task<bool> SignOutAsync(string secret, CancellationToken cancellationToken) =>
        EndAsync(secret, RevocationReason.SignedOut, cancellationToken);

    /// <summary>The caller's own sessions, last used first.</summary>
    public ValueTask<IReadOnlyList<SessionRecord>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        _store.ListSessionsAsync(caller.UserId, Now, cancellationToken);

    /// <summary>
    /// Ends one of the caller's own sessions, with every connection opened by it; false when there is none of this id.
    /// </summary>
    public async Task<bool> RevokeAsync(Caller caller, long id)
    {
        // The end and the news of it belong together, whether or not the client waits for them.
        if (!await _store.EndSessionAsync(caller.UserId, id, CancellationToken.None))
        {
            return false;
        }

        _revocations.Act(Revocation.OfOne(caller.UserId, id, RevocationReason.SessionEnded));
        Log.SessionsEnded(_logger, caller.UserId, 1);
        return true;
    }

    /// <summary>Ends all of the caller's sessions but the one that asks.</summary>
    public async Task RevokeOthersAsync(Caller caller)
    {
        var kept = Secrets.IsSessionId(caller.CredentialId) ? caller.CredentialId : 0;
        var count = await _store.EndOtherSessionsAsync(caller.UserId, kept, CancellationToken.None);
        _revocations.Act(Revocation.OfSessions(caller.UserId, kept, RevocationReason.SessionEnded));
        Log.SessionsEnded(_logger, caller.UserId, count);
    }

    /// <summary>
    /// Deletes what has expired, sessions and links, in bounded steps; called now and then by the host.
    /// </summary>
    public async Task DeleteExpiredAsync(CancellationToken cancellationToken)
    {
        const int Step = 500;
        var now = Now;
        while (await _store.DeleteExpiredSessionsAsync(now, Step, cancellationToken) == Step
            || await _store.DeleteExpiredLinksAsync(now, Step, cancellationToken) >= Step)
        {
            // Each step is one short transaction; others get their turn between two of them.
        }
    }

    private static TimeSpan BusyWait => TimeSpan.FromSeconds(2);

    /// <summary>Milliseconds until a session ends that is never used again.</summary>
    private long FirstLife =>
        (long)Math.Min(_options.SessionIdle.TotalMilliseconds, _options.SessionLifetime.TotalMilliseconds);

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<SignedIn?> BeginAsync(
        UserRecord user,
        string hash,
        PasswordVerdict verdict,
        SignInRequest request,
        CancellationToken cancellationToken)
    {
        if (verdict == PasswordVerdict.RightButOld)
        {
            hash = await RehashAsync(user, hash, request.Password, cancellationToken);
        }

        var secret = Secrets.New();
        var now = Now;
        var session = new SessionRecord
        {
            Hash = CredentialHash.Of(secret),
            Id = Secrets.NewSessionId(),
            UserId = user.Id,
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = now + FirstLife,
            Agent = request.Agent.Length <= MaxAgentLength ? request.Agent : request.Agent[..MaxAgentLength],
            Address = request.Address?.ToString() ?? "",
        };
        var ended = await _store.CreateSessionAsync(session, hash, _options.SessionsPerUser, cancellationToken);
        if (ended is null)
        {
            return null;
        }

        foreach (var id in ended)
        {
            _revocations.Act(Revocation.OfOne(user.Id, id, RevocationReason.SessionEnded));
        }

        if (request.PreviousSecret is not null)
        {
            await EndAsync(request.PreviousSecret, RevocationReason.SessionEnded, cancellationToken);
        }

        return new SignedIn(user, secret, _options.SessionLifetime);
    }

    /// <summary>The hash that is stored afterwards.</summary>
    private async Task<string> RehashAsync(
        UserRecord user, string oldHash, string password, CancellationToken cancellationToken)
    {
        // Too busy for it now means that the next sign-in tries again.
        var newHash = await _hasher.HashAsync(password, cancellationToken);
        return newHash is not null && await _store.RehashAsync(user.Id, oldHash, newHash, cancellationToken)
            ? newHash
            : oldHash;
    }

    private async Task<bool> EndAsync(string secret, RevocationReason reason, CancellationToken cancellationToken)
    {
        // The end and the news of it belong together, whether or not the client waits for them.
        if (!CredentialHash.TryOf(secret, out var hash)
            || await _store.FindSessionAsync(hash, cancellationToken) is not { } found
            || !await _store.EndSessionAsync(hash, reason, CancellationToken.None))
        {
            return false;
        }

        _revocations.Act(Revocation.OfOne(found.User.Id, found.Session.Id, reason));
        return true;
    }

    private void Count(string outcome)
    {
        if (_meter.SignIns.Enabled)
        {
            _meter.SignIns.Add(1, new KeyValuePair<string, object?>("culvert.outcome", outcome));
        }
    }
}
