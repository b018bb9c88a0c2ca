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
    private readonly PasswordCheck _passwords;
    private readonly RecentSignIn _recent;
    private readonly Revocations _revocations;
    private readonly SetupService _setup;
    private readonly InviteService _invites;
    private readonly AccountAudit _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<AccountService> _logger;

    public AccountService(
        IAccountStore store,
        AccountOptions options,
        PasswordHasher hasher,
        SignInLimiter limiter,
        PasswordCheck passwords,
        RecentSignIn recent,
        Revocations revocations,
        SetupService setup,
        InviteService invites,
        AccountAudit audit,
        TimeProvider time,
        ILogger<AccountService> logger)
    {
        _store = store;
        _options = options;
        _hasher = hasher;
        _limiter = limiter;
        _passwords = passwords;
        _recent = recent;
        _revocations = revocations;
        _setup = setup;
        _invites = invites;
        _audit = audit;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Makes a user: an owner any, anybody else a member for themselves if the policy or an invitation lets them.
    /// </summary>
    /// <param name="order">What is wanted.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<AccountResult<UserRecord>> CreateAsync(UserOrder order, CancellationToken cancellationToken)
    {
        if (MayCreate(order) is { } refusal)
        {
            return refusal;
        }

        if (order is { Role: > RoomRole.Member, Caller: { } giver }
            && await _recent.RefusalAsync(giver, cancellationToken) is { } old)
        {
            return old;
        }

        if (!NameRules.TryNormaliseUser(order.Name, out var nameKey, out var problem))
        {
            return new AccountRefusal(ErrorCode.InvalidName, problem);
        }

        if (PasswordRules.Refusal(order.Password, order.Name) is { } why)
        {
            return new AccountRefusal(ErrorCode.BadField, why);
        }

        var wait = CallerGate.IsOwner(order.Caller) ? TimeSpan.Zero : _limiter.TryRegister(order.Address);
        if (wait > TimeSpan.Zero)
        {
            return new AccountRefusal(ErrorCode.RateLimited, "Too many accounts from your address; try later.", wait);
        }

        InviteOfMaker? invite = null;
        if (order.Invite is { } token)
        {
            invite = await _invites.FindAsync(token, cancellationToken);
            if (invite is null || (NeedsInvite(order.Caller) && !InviteService.LetsIn(invite)))
            {
                return new AccountRefusal(ErrorCode.LinkInvalid);
            }
        }

        // Before the hash, which is what costs.
        if (await _store.FindUserAsync(nameKey, cancellationToken) is not null)
        {
            return new AccountRefusal(ErrorCode.NameTaken);
        }

        return await _hasher.HashAsync(order.Password, cancellationToken) is { } hash
            ? await AddAsync(order, nameKey, hash, invite)
            : AccountRefusal.Busy;
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
            && await _passwords.RefusalAsync(user, address, currentPassword, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        if (!isSelf && await _recent.RefusalAsync(caller, cancellationToken) is { } old)
        {
            return old;
        }

        var hash = await _hasher.HashAsync(password, cancellationToken);
        if (hash is null)
        {
            return AccountRefusal.Busy;
        }

        var kept = isSelf && Secrets.IsSessionId(caller.CredentialId) ? caller.CredentialId : 0;

        // From here on the change and the news of it belong together, whether or not the client waits for them.
        if (!await _store.SetPasswordAsync(user.Id, hash, kept, CancellationToken.None))
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        _revocations.Act(Revocation.OfSessions(user.Id, kept, RevocationReason.PasswordChanged));
        Log.PasswordSet(_logger, user.Id, caller.UserId);
        if (!isSelf)
        {
            await _audit.NoteAsync(caller.Name, address, "password", user.Name);
        }

        return user;
    }

    /// <summary>Sets role and disabled, where given, at the wish of an owner.</summary>
    public async Task<AccountResult<UserRecord>> ChangeAsync(
        Caller owner,
        IPAddress? address,
        string name,
        RoomRole? role,
        bool? disabled,
        CancellationToken cancellationToken)
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

        if (await _recent.RefusalAsync(owner, cancellationToken) is { } old)
        {
            return old;
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
                _revocations.Act(Revocation.OfChange(user.Id, disabled));
                await EndSetupAsync(role);
                Log.UserChanged(_logger, user.Id, role, disabled, owner.UserId);
                break;
            default:
                return user;
        }

        var changed = user with { Role = role ?? user.Role, IsDisabled = disabled ?? user.IsDisabled };
        await NoteChangeAsync(owner, address, user, changed);
        return changed;
    }

    /// <summary>A page of all users by name key; its words are looked for in names and display names.</summary>
    public ValueTask<ListPage<UserRecord>> ListAsync(ListOrder order, CancellationToken cancellationToken) =>
        ListPage<UserRecord>.ReadAsync(
            order,
            (key, isBack, limit) => _store.ListUsersAsync(key, isBack, limit, cancellationToken),
            static user => user.NameKey,
            user => order.Fits(user.Name, user.Title));

    private async ValueTask NoteChangeAsync(Caller owner, IPAddress? address, UserRecord user, UserRecord changed)
    {
        if (changed.Role != user.Role)
        {
            await _audit.NoteAsync(owner.Name, address, "role", user.Name, detail: DetailOf(changed.Role));
        }

        if (changed.IsDisabled != user.IsDisabled)
        {
            await _audit.NoteAsync(owner.Name, address, changed.IsDisabled ? "disable" : "enable", user.Name);
        }
    }

    private static string DetailOf(RoomRole role) => $$"""{"role":"{{RoleNames.Of(role)}}"}""";

    private bool NeedsInvite(Caller? caller) =>
        _options.Registration == RegistrationPolicy.Invite && !CallerGate.IsOwner(caller);

    private AccountRefusal? MayCreate(UserOrder order)
    {
        if (CallerGate.IsOwner(order.Caller))
        {
            return null;
        }

        if (_options.Registration == RegistrationPolicy.Closed
            || (order.Invite is null && NeedsInvite(order.Caller)))
        {
            return new AccountRefusal(ErrorCode.RegistrationClosed);
        }

        return order.Role == RoomRole.Member
            ? null
            : new AccountRefusal(ErrorCode.Forbidden, "Only owners may give a role.");
    }

    private async Task<AccountResult<UserRecord>> AddAsync(
        UserOrder order, string nameKey, string hash, InviteOfMaker? invite)
    {
        var wanted = new UserRecord
        {
            Name = order.Name,
            NameKey = nameKey,
            Role = order.Role,
            PasswordHash = hash,
            CreatedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        };

        // From here on the account and what comes with it belong together, whether or not the client waits for them.
        var added = invite is null
            ? UserAddition.Of(await _store.CreateUserAsync(wanted, CancellationToken.None))
            : await _store.CreateInvitedUserAsync(wanted, invite.Invite.Hash, CancellationToken.None);
        if (added.User is not { } user)
        {
            return new AccountRefusal(added.IsAllowed ? ErrorCode.NameTaken : ErrorCode.LinkInvalid);
        }

        await EndSetupAsync(order.Role);
        Log.UserCreated(_logger, user.Id, order.Role);
        if (invite is not null)
        {
            await _invites.WelcomeAsync(invite, user);
        }

        if (order.Caller is { } owner && CallerGate.IsOwner(owner))
        {
            await _audit.NoteAsync(owner.Name, order.Address, "user", user.Name, detail: DetailOf(user.Role));
        }

        return user;
    }

    /// <summary>A new owner takes the code of the set-up back.</summary>
    private async ValueTask EndSetupAsync(RoomRole? role)
    {
        if (role == RoomRole.Owner)
        {
            await _setup.IsNeededAsync(CancellationToken.None);
        }
    }
}
