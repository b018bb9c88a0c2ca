using System.Net;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Makes users and changes them. Safe for concurrent use.</summary>
internal sealed partial class AccountService
{
    private readonly IAccountStore _store;
    private readonly AccountOptions _options;
    private readonly PasswordHasher _hasher;
    private readonly SignInLimiter _limiter;
    private readonly Revocations _revocations;
    private readonly TimeProvider _time;
    private readonly ILogger<AccountService> _logger;

    public AccountService(
        IAccountStore store,
        AccountOptions options,
        PasswordHasher hasher,
        SignInLimiter limiter,
        Revocations revocations,
        TimeProvider time,
        ILogger<AccountService> logger)
    {
        _store = store;
        _options = options;
        _hasher = hasher;
        _limiter = limiter;
        _revocations = revocations;
        _time = time;
        _logger = logger;
    }

    /// <summary>Makes a user: an owner any, anybody else a member for themselves if the policy lets them.</summary>
    /// <param name="caller">Who asks; null for a stranger.</param>
    /// <param name="address">Where the request came from.</param>
    /// <param name="name">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="role">The role wanted.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<AccountResult<UserRecord>> CreateAsync(
        Caller? caller,
        IPAddress? address,
        string name,
        string password,
        RoomRole role,
        CancellationToken cancellationToken)
    {
        var refusal = MayCreate(caller, role);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!NameRules.TryNormaliseUser(name, out var nameKey, out var problem))
        {
            return new AccountRefusal(ErrorCode.InvalidName, problem);
        }

        if (PasswordRules.Refusal(password, name) is { } why)
        {
            return new AccountRefusal(ErrorCode.BadField, why);
        }

        var wait = CallerGate.IsOwner(caller) ? TimeSpan.Zero : _limiter.TryRegister(address);
        if (wait > TimeSpan.Zero)
        {
            return new AccountRefusal(ErrorCode.RateLimited, "Too many accounts from your address; try later.", wait);
        }

        // Before the hash, which is what costs.
        if (await _store.FindUserAsync(nameKey, cancellationToken) is not null)
        {
            return new AccountRefusal(ErrorCode.NameTaken);
        }

        var hash = await _hasher.HashAsync(password, cancellationToken);
        return hash is null ? Busy : await AddAsync(name, nameKey, role, hash, cancellationToken);
    }

    /// <summary>
    /// Sets a password and ends the user's sessions, but for the one that asks. Owners set anybody's; others their own,
    /// with the current one.
    /// </summary>
    public async Task<AccountResult<UserRecord>> SetPasswordAsync(
        Caller caller,
        IPAddress? address,
        string name,
        string password,
        string? currentPassword,
        CancellationToken cancellationToken)
    {
        var user = NameRules.TryNormaliseUser(name, out var nameKey, out _)
            ? await _store.FindUserAsync(nameKey, cancellationToken)
            : null;
        var isSelf = user?.Id == caller.UserId;
        if (!isSelf && !CallerGate.IsOwner(caller))
        {
            return new AccountRefusal(ErrorCode.Forbidden, "Only owners may set another user's password.");
        }

        if (user is null)
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        if (PasswordRules.Refusal(password, user.Name) is { } why)
        {
            return new AccountRefusal(ErrorCode.BadField, why);
        }

        // Whoever finds a browser signed in must not get the account. The owner token is a password already.
        if (isSelf && caller.CredentialId != OwnerToken.CredentialId
            && await CheckCurrentAsync(user, address, currentPassword, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var hash = await _hasher.HashAsync(password, cancellationToken);
        if (hash is null)
        {
            return Busy;
        }

        var kept = isSelf && Secrets.IsSessionId(caller.CredentialId) ? caller.CredentialId : 0;

        // From here on the change and the news of it belong together, whether or not the client waits for them.
        if (!await _store.SetPasswordAsync(user.Id, hash, kept, CancellationToken.None))
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        _revocations.Publish(Revocation.OfSessions(user.Id, kept, RevocationReason.PasswordChanged));
        Log.PasswordSet(_logger, user.Id, caller.UserId);
        return user;
    }

    /// <summary>Sets role and disabled, where given, at the wish of an owner.</summary>
    public async Task<AccountResult<UserRecord>> ChangeAsync(
        Caller owner, string name, RoomRole? role, bool? disabled, CancellationToken cancellationToken)
    {
        var user = NameRules.TryNormaliseUser(name, out var nameKey, out _)
            ? await _store.FindUserAsync(nameKey, cancellationToken)
            : null;
        if (user is null)
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        if (user.Id == UserRecord.OwnerId)
        {
            return new AccountRefusal(ErrorCode.Forbidden, "The built-in owner stays as it is.");
        }

        // From here on the change and the news of it belong together, whether or not the client waits for them.
        switch (await _store.ChangeUserAsync(user.Id, role, disabled, CancellationToken.None))
        {
            case UserChangeOutcome.NotFound:
                return new AccountRefusal(ErrorCode.NotFound);
            case UserChangeOutcome.LastOwner:
                return new AccountRefusal(
                    ErrorCode.Forbidden, $"{user.Name} is the last owner; make another user an owner first.");
            case UserChangeOutcome.Changed:
                Publish(user.Id, disabled == true);
                Log.UserChanged(_logger, user.Id, role, disabled, owner.UserId);
                break;
            default:
                break;
        }

        return user with { Role = role ?? user.Role, IsDisabled = disabled ?? user.IsDisabled };
    }

    /// <summary>A page of all users by name key.</summary>
    public ValueTask<IReadOnlyList<UserRecord>> ListAsync(
        string? afterKey, int limit, CancellationToken cancellationToken) =>
        _store.ListUsersAsync(afterKey, limit, cancellationToken);

    private static AccountRefusal Busy =>
        new(ErrorCode.Overloaded, "Too many passwords are being checked; try again.", TimeSpan.FromSeconds(2));

    private AccountRefusal? MayCreate(Caller? caller, RoomRole role)
    {
        if (CallerGate.IsOwner(caller))
        {
            return null;
        }

        if (_options.Registration != RegistrationPolicy.Open)
        {
            return new AccountRefusal(ErrorCode.RegistrationClosed);
        }

        return role == RoomRole.Member
            ? null
            : new AccountRefusal(ErrorCode.Forbidden, "Only owners may give a role.");
    }

    private async Task<AccountResult<UserRecord>> AddAsync(
        string name, string nameKey, RoomRole role, string hash, CancellationToken cancellationToken)
    {
        var user = await _store.CreateUserAsync(
            new UserRecord
            {
                Name = name,
                NameKey = nameKey,
                Role = role,
                PasswordHash = hash,
                CreatedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            },
            cancellationToken);
        if (user is null)
        {
            return new AccountRefusal(ErrorCode.NameTaken);
        }

        Log.UserCreated(_logger, user.Id, role);
        return user;
    }

    private async Task<AccountRefusal?> CheckCurrentAsync(
        UserRecord user, IPAddress? address, string? currentPassword, CancellationToken cancellationToken)
    {
        if (user.PasswordHash is null || currentPassword is null)
        {
            return new AccountRefusal(ErrorCode.MissingField, "The current password is missing.");
        }

        var wait = _limiter.TryBegin(user.NameKey, address);
        if (wait > TimeSpan.Zero)
        {
            return new AccountRefusal(ErrorCode.RateLimited, "Too many wrong passwords; try again later.", wait);
        }

        var verdict = await _hasher.VerifyAsync(user.PasswordHash, currentPassword, cancellationToken);
        if (verdict == PasswordVerdict.Wrong)
        {
            return new AccountRefusal(ErrorCode.Forbidden, "The current password is wrong.");
        }

        _limiter.Forgive(user.NameKey, address);
        return verdict == PasswordVerdict.Busy ? Busy : null;
    }

    private void Publish(long userId, bool disabled) => _revocations.Publish(Revocation.OfUser(
        userId, disabled ? RevocationReason.UserDisabled : RevocationReason.RoleChanged));
}
