using System.Collections.Frozen;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Tells whose a presented secret is. Safe for concurrent use.</summary>
/// <remarks>
/// Every request and every publish comes through here, so what is in use is answered from memory without a task. The
/// store is asked for what is new, and for each one again from time to time: to note its use, and to see what another
/// process changed.
/// </remarks>
internal sealed partial class Credentials : IDisposable
{
    // Browsers come by every few seconds; writing each of these visits down would cost more than the messages.
    private static readonly TimeSpan TouchInterval = TimeSpan.FromHours(1);

    private readonly IAccountStore _store;
    private readonly AccountOptions _options;
    private readonly OwnerToken _owner;
    private readonly TimeProvider _time;
    private readonly Revocations _revocations;
    private readonly ILogger<Credentials> _logger;
    private readonly CredentialCache _cache;
    private readonly LineLimit _lines;
    private readonly IDisposable _subscription;

    public Credentials(
        IAccountStore store,
        AccountOptions options,
        OwnerToken owner,
        TimeProvider time,
        Revocations revocations,
        ILogger<Credentials> logger)
    {
        _store = store;
        _options = options;
        _owner = owner;
        _time = time;
        _revocations = revocations;
        _logger = logger;
        _lines = new LineLimit(time);
        _cache = new CredentialCache(options.CredentialCache);
        _subscription = revocations.Subscribe(_cache.Remove);
    }

    /// <summary>Of a bearer token: the owner token or an API token.</summary>
    public ValueTask<CallerFeature> FindTokenAsync(ReadOnlySpan<char> secret, CancellationToken cancellationToken)
    {
        if (!CredentialHash.TryOf(secret, out var hash))
        {
            return ValueTask.FromResult(CallerFeature.Refused);
        }

        return _owner.Is(hash)
            ? ValueTask.FromResult(_owner.Feature)
            : FindAsync(hash, isSession: false, cancellationToken);
    }

    /// <summary>Of a session cookie.</summary>
    public ValueTask<CallerFeature> FindSessionAsync(ReadOnlySpan<char> secret, CancellationToken cancellationToken) =>
        CredentialHash.TryOf(secret, out var hash)
            ? FindAsync(hash, isSession: true, cancellationToken)
            : ValueTask.FromResult(CallerFeature.Expired);

    /// <summary>Believes a secret no longer, while what was opened with it stays open: it has been replaced.</summary>
    public void Forget(CredentialHash hash) => _cache.Remove(hash);

    public void Dispose() => _subscription.Dispose();

    private ValueTask<CallerFeature> FindAsync(
        CredentialHash hash, bool isSession, CancellationToken cancellationToken)
    {
        if (!_cache.TryGet(hash, out var known) || known.IsSession != isSession)
        {
            return LoadAsync(hash, isSession, cancellationToken);
        }

        var now = Now;
        if (now >= known.Caller.ExpiresAt)
        {
            return LoadAsync(hash, isSession, cancellationToken);
        }

        return now >= known.RefreshAt && known.TryBeginRefresh()
            ? RefreshAsync(hash, known, cancellationToken)
            : ValueTask.FromResult(known.Feature);
    }

    private async ValueTask<CallerFeature> RefreshAsync(
        CredentialHash hash, Credential known, CancellationToken cancellationToken)
    {
        CallerFeature found;
        try
        {
            found = await LoadAsync(hash, known.IsSession, cancellationToken);
        }
        catch (StoreException exception)
        {
            // What was known a minute ago is the best there is while the store does not answer.
            known.AbandonRefresh();
            if (_lines.Allows(out var held))
            {
                Log.RefreshFailed(_logger, known.Caller.CredentialId, held, exception.Message);
            }

            return known.Feature;
        }
        catch (OperationCanceledException)
        {
            known.AbandonRefresh();
            throw;
        }

        if (found.Caller is null)
        {
            // Another process ended it, and nobody here was told.
            var reason = known.IsSession ? RevocationReason.SessionEnded : RevocationReason.TokenRevoked;
            _revocations.Act(Revocation.OfOne(known.Caller.UserId, known.Caller.CredentialId, reason));
        }

        return found;
    }

    private async ValueTask<CallerFeature> LoadAsync(
        CredentialHash hash, bool isSession, CancellationToken cancellationToken)
    {
        var version = _cache.Version;
        var credential = isSession
            ? await LoadSessionAsync(hash, cancellationToken)
            : await LoadTokenAsync(hash, cancellationToken);
        if (credential is null)
        {
            return isSession ? CallerFeature.Expired : CallerFeature.Refused;
        }

        _cache.Add(hash, credential, version);
        return credential.Feature;
    }

    private async Task<Credential?> LoadSessionAsync(CredentialHash hash, CancellationToken cancellationToken)
    {
        var found = await _store.FindSessionAsync(hash, cancellationToken);
        var now = Now;
        if (found is null || found.User.IsDisabled || now >= found.Session.ExpiresAt)
        {
            return null;
        }

        var (session, user) = found;
        if (now - session.SeenAt >= (long)TouchInterval.TotalMilliseconds)
        {
            var expiresAt = Math.Min(
                now + (long)_options.SessionIdle.TotalMilliseconds,
                session.CreatedAt + (long)_options.SessionLifetime.TotalMilliseconds);
            session = session with { SeenAt = now, ExpiresAt = expiresAt };
            await _store.TouchSessionAsync(hash, now, expiresAt, cancellationToken);
        }

        return Create(
            new Caller
            {
                UserId = user.Id,
                Name = user.Name,
                ServerRole = user.Role,
                CredentialId = session.Id,
                ByCookie = true,
                ExpiresAt = session.ExpiresAt,
            },
            isSession: true,
            session.SeenAt);
    }

    private async Task<Credential?> LoadTokenAsync(CredentialHash hash, CancellationToken cancellationToken)
    {
        var found = await _store.FindTokenAsync(hash, cancellationToken);
        if (found is null || found.User.IsDisabled || found.Token.RevokedAt != 0)
        {
            return null;
        }

        var (token, user) = found;
        var usedAt = token.LastUsedAt;
        if (Now - usedAt >= (long)TouchInterval.TotalMilliseconds)
        {
            usedAt = Now;
            await _store.TouchTokenAsync(token.Id, usedAt, cancellationToken);
        }

        return Create(
            new Caller
            {
                UserId = user.Id,
                Name = user.Name,
                ServerRole = user.Role,
                Scopes = ScopeNames.WithImplied(token.Scopes),
                Rooms = token.RoomKeys?.ToFrozenSet(StringComparer.Ordinal),
                // A right that was given to an owner does not outlast the role.
                IsUnlimited = token.IsUnlimited && user.Role == RoomRole.Owner,
                CredentialId = token.Id,
            },
            isSession: false,
            usedAt);
    }

    private Credential Create(Caller caller, bool isSession, long usedAt) => new()
    {
        Feature = new CallerFeature(caller),
        Caller = caller,
        IsSession = isSession,
        RefreshAt = Math.Min(
            Now + (long)_options.CredentialRefresh.TotalMilliseconds,
            usedAt + (long)TouchInterval.TotalMilliseconds),
    };

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
