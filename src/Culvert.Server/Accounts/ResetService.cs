using System.Net;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>
/// Links with which users who forgot their password set a new one, once; owners make them and pass them on. Safe for
/// concurrent use.
/// </summary>
internal sealed partial class ResetService
{
    /// <summary>How long a link is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly IAccountStore _store;
    private readonly PasswordHasher _hasher;
    private readonly RecentSignIn _recent;
    private readonly Revocations _revocations;
    private readonly AccountAudit _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<ResetService> _logger;

    public ResetService(
        IAccountStore store,
        PasswordHasher hasher,
        RecentSignIn recent,
        Revocations revocations,
        AccountAudit audit,
        TimeProvider time,
        ILogger<ResetService> logger)
    {
        _store = store;
        _hasher = hasher;
        _recent = recent;
        _revocations = revocations;
        _audit = audit;
        _time = time;
        _logger = logger;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes a link for a user, in place of the one before; at the wish of an owner.</summary>
    public async Task<AccountResult<ResetInfo>> CreateAsync(
        Caller owner, IPAddress? address, string name, CancellationToken cancellationToken)
    {
        if (!NameRules.TryNormaliseUser(name, out var nameKey, out _)
            || await _store.FindUserAsync(nameKey, cancellationToken) is not { } user)
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        if (user.IsDisabled)
        {
            return new AccountRefusal(ErrorCode.Forbidden, $"{user.Name} is disabled; enable the user first.");
        }

        if (await _recent.RefusalAsync(owner, cancellationToken) is { } old)
        {
            return old;
        }

        var secret = Secrets.NewLink();
        var expiresAt = Now + (long)Lifetime.TotalMilliseconds;
        await _store.CreateResetAsync(
            new ResetRecord(CredentialHash.Of(secret), user.Id, expiresAt), cancellationToken);
        Log.Made(_logger, user.Id, owner.UserId);
        await _audit.NoteAsync(owner.Name, address, "reset", user.Name);
        return ResetInfo.Of(secret, expiresAt);
    }

    /// <summary>Whose password the link sets; null when it is not good, or not any more.</summary>
    public async ValueTask<UserRecord?> FindAsync(string token, CancellationToken cancellationToken) =>
        CredentialHash.TryOf(token, out var hash)
            ? await _store.FindResetAsync(hash, Now, cancellationToken)
            : null;

    /// <summary>Sets the password and ends every session of the user.</summary>
    public async Task<AccountResult<UserRecord>> TakeAsync(
        string token, string password, CancellationToken cancellationToken)
    {
        if (!CredentialHash.TryOf(token, out var link)
            || await _store.FindResetAsync(link, Now, cancellationToken) is not { } user)
        {
            return new AccountRefusal(ErrorCode.LinkInvalid);
        }

        if (PasswordRules.Refusal(password, user.Name) is { } why)
        {
            return new AccountRefusal(ErrorCode.BadField, why);
        }

        if (await _hasher.HashAsync(password, cancellationToken) is not { } hash)
        {
            return AccountRefusal.Busy;
        }

        // From here on the change and the news of it belong together, whether or not the client waits for them.
        if (!await _store.UseResetAsync(link, Now, hash, CancellationToken.None))
        {
            return new AccountRefusal(ErrorCode.LinkInvalid);
        }

        _revocations.Act(Revocation.OfSessions(user.Id, 0, RevocationReason.PasswordChanged));
        Log.Taken(_logger, user.Id);
        return user;
    }
}
