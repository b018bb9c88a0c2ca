using System.Collections.Frozen;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Makes and withdraws API tokens. Safe for concurrent use.</summary>
/// <remarks>A token never allows more than the credential it was made with.</remarks>
internal sealed partial class TokenService
{
    /// <summary>Characters of a token's name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Rooms that a token or ticket may be limited to.</summary>
    public const int MaxRooms = 100;

    private readonly IAccountStore _store;
    private readonly AccountOptions _options;
    private readonly RecentSignIn _recent;
    private readonly Revocations _revocations;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenService> _logger;

    public TokenService(
        IAccountStore store,
        AccountOptions options,
        RecentSignIn recent,
        Revocations revocations,
        TimeProvider time,
        ILogger<TokenService> logger)
    {
        _store = store;
        _options = options;
        _recent = recent;
        _revocations = revocations;
        _time = time;
        _logger = logger;
    }

    public async Task<AccountResult<MintedToken>> MintAsync(
        Caller caller, TokenRequest request, CancellationToken cancellationToken)
    {
        if (request.Name.Length is 0 or > MaxNameLength)
        {
            return new AccountRefusal(
                ErrorCode.BadField, $"The name of a token has 1 to {MaxNameLength} characters.");
        }

        if (request.Scopes == Scopes.None || (request.Scopes & ~caller.Scopes) != 0)
        {
            return new AccountRefusal(ErrorCode.Forbidden, "A token cannot have scopes that you do not have.");
        }

        var rooms = LimitRooms(caller, request.Rooms);
        if (rooms.Refusal is not null)
        {
            return rooms.Refusal;
        }

        var user = await FindUserAsync(caller, request.UserName, cancellationToken);
        if (!user.IsDone)
        {
            return user.Refusal;
        }

        var outlasts = (request.Scopes & Scopes.Owner) != 0 || user.Value.Id != caller.UserId;
        if (outlasts && CallerGate.IsOwner(caller)
            && await _recent.RefusalAsync(caller, cancellationToken) is { } old)
        {
            return old;
        }

        var secret = Secrets.New(Secrets.TokenPrefix);
        var token = new TokenRecord
        {
            Id = Secrets.NewTokenId(),
            Hash = CredentialHash.Of(secret),
            UserId = user.Value.Id,
            Name = request.Name,
            Scopes = request.Scopes,
            RoomKeys = rooms.Keys?.Order(StringComparer.Ordinal).ToArray(),
            IsUnlimited = caller.IsUnlimited && (request.Scopes & Scopes.Owner) != 0,
            CreatedAt = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        if (!await _store.CreateTokenAsync(token, _options.TokensPerUser, cancellationToken))
        {
            return new AccountRefusal(
                ErrorCode.Forbidden, $"{_options.TokensPerUser} tokens are the most a user may have; delete one.");
        }

        Log.TokenMinted(_logger, token.Id, token.UserId, caller.UserId);
        return new MintedToken(token, secret);
    }

    /// <summary>The caller's own valid tokens.</summary>
    public ValueTask<IReadOnlyList<TokenRecord>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        _store.ListTokensAsync(caller.UserId, cancellationToken);

    /// <summary>Withdraws one of the caller's own tokens; false when there is none of this id.</summary>
    public async Task<bool> RevokeAsync(Caller caller, long id)
    {
        // The change and the news of it belong together, whether or not the client waits for them.
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!await _store.RevokeTokenAsync(caller.UserId, id, now, CancellationToken.None))
        {
            return false;
        }

        _revocations.Act(Revocation.OfOne(caller.UserId, id, RevocationReason.TokenRevoked));
        Log.TokenRevoked(_logger, id, caller.UserId);
        return true;
    }

    /// <summary>The rooms a credential made by the caller is limited to; null for every room.</summary>
    public static (FrozenSet<string>? Keys, AccountRefusal? Refusal) LimitRooms(
        Caller caller, IReadOnlyList<string?>? names)
    {
        if (names is null)
        {
            return (caller.Rooms, null);
        }

        if (names.Count is 0 or > MaxRooms)
        {
            return (null, new AccountRefusal(ErrorCode.BadField, $"rooms has 1 to {MaxRooms} names."));
        }

        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!NameRules.TryNormaliseRoom(name, out var key, out var problem))
            {
                return (null, new AccountRefusal(ErrorCode.InvalidName, problem));
            }

            if (caller.Rooms is { } allowed && !allowed.Contains(key))
            {
                return (null, new AccountRefusal(ErrorCode.Forbidden, "You have no right to one of the rooms."));
            }

            keys.Add(key);
        }

        return (keys.ToFrozenSet(StringComparer.Ordinal), null);
    }

    private async Task<AccountResult<UserRecord>> FindUserAsync(
        Caller caller, string? name, CancellationToken cancellationToken)
    {
        UserRecord? user;
        if (name is null)
        {
            user = await _store.FindUserAsync(caller.UserId, cancellationToken);
        }
        else if (!NameRules.TryNormaliseUser(name, out var key, out var problem))
        {
            return new AccountRefusal(ErrorCode.InvalidName, problem);
        }
        else if (!CallerGate.IsOwner(caller))
        {
            return new AccountRefusal(ErrorCode.Forbidden, "Only owners may make tokens for others.");
        }
        else
        {
            user = await _store.FindUserAsync(key, cancellationToken);
        }

        return user is null ? new AccountRefusal(ErrorCode.NotFound) : user;
    }
}
