using System.Net;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Accounts;

/// <summary>Makes invitations and takes them. Safe for concurrent use.</summary>
/// <remarks>
/// An invitation carries the right of its maker, looked at again when it is taken: who lost the right invites nobody.
/// Moderators and owners of the server let newcomers in; moderators of a room bring users into it, with an invitation
/// that lets nobody in who has no account, unless registration is open. One that is unknown, expired, used up or
/// withdrawn has one answer.
/// </remarks>
internal sealed partial class InviteService
{
    /// <summary>Good invitations that a user may have at once.</summary>
    public const int MaxPerMaker = 100;

    /// <summary>How many may take one invitation.</summary>
    public const int MaxUses = 1_000;

    /// <summary>The most that one answer lists.</summary>
    private const int MaxListed = 1_000;

    private static readonly TimeSpan MinLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(90);
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(7);

    private readonly IAccountStore _store;
    private readonly RoomDirectory _rooms;
    private readonly AccountAudit _audit;
    private readonly TimeProvider _time;
    private readonly ILogger<InviteService> _logger;

    public InviteService(
        IAccountStore store,
        RoomDirectory rooms,
        AccountAudit audit,
        TimeProvider time,
        ILogger<InviteService> logger)
    {
        _store = store;
        _rooms = rooms;
        _audit = audit;
        _time = time;
        _logger = logger;
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task<AccountResult<MintedInvite>> CreateAsync(
        Caller caller, IPAddress? address, InviteOrder order, CancellationToken cancellationToken)
    {
        var uses = order.Uses ?? 1;
        if (uses is < 1 or > MaxUses)
        {
            return new AccountRefusal(ErrorCode.BadField, $"uses is 1 to {MaxUses}.");
        }

        var lifetime = order.ExpiresMs ?? (long)DefaultLifetime.TotalMilliseconds;
        if (lifetime < MinLifetime.TotalMilliseconds || lifetime > MaxLifetime.TotalMilliseconds)
        {
            return new AccountRefusal(ErrorCode.BadField, "expiresMs is a minute to 90 days, in milliseconds.");
        }

        var (room, refusal) = await RoomOfAsync(caller, order.Room, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        var secret = Secrets.NewLink();
        var now = Now;
        var invite = new InviteRecord
        {
            Id = Secrets.NewTokenId(),
            Hash = CredentialHash.Of(secret),
            MakerId = caller.UserId,
            RoomId = room?.Id,
            Room = room?.Name,
            Uses = uses,
            UsesLeft = uses,
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        if (!await _store.CreateInviteAsync(invite, MaxPerMaker, cancellationToken))
        {
            return new AccountRefusal(
                ErrorCode.Forbidden, $"{MaxPerMaker} invitations are the most a user may have; withdraw one.");
        }

        Log.Made(_logger, invite.Id, caller.UserId, uses);
        await _audit.NoteAsync(caller.Name, address, "link", room: invite.Room, detail: DetailOf(invite));
        return new MintedInvite(invite, secret);
    }

    /// <summary>Those that are good: the caller's own, and everybody's for an owner.</summary>
    public ValueTask<IReadOnlyList<InviteOfMaker>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        _store.ListInvitesAsync(MakerFor(caller), Now, MaxListed, cancellationToken);

    /// <summary>Withdraws one of those that the caller can list; false when there is none of this id.</summary>
    public async Task<bool> RevokeAsync(Caller caller, IPAddress? address, long id)
    {
        if (!await _store.RevokeInviteAsync(MakerFor(caller), id, Now, CancellationToken.None))
        {
            return false;
        }

        Log.Withdrawn(_logger, id, caller.UserId);
        await _audit.NoteAsync(caller.Name, address, "unlink", detail: $$"""{"id":{{id}}}""");
        return true;
    }

    /// <summary>The invitation if somebody may still take it, else null.</summary>
    public async ValueTask<InviteOfMaker?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (!CredentialHash.TryOf(token, out var hash)
            || await _store.FindInviteAsync(hash, Now, cancellationToken) is not { } found)
        {
            return null;
        }

        var stands = found.Invite.Room is null
            ? LetsIn(found)
            : await EnterAsync(found, cancellationToken) is not null;
        return stands ? found : null;
    }

    /// <summary>True when whoever takes it may make an account where registration asks for an invitation.</summary>
    public static bool LetsIn(InviteOfMaker invite) => invite.Maker.Role >= RoomRole.Moderator;

    /// <summary>
    /// Makes a signed-in user a member of the invitation's room. Takes no use of it from who is a member already.
    /// </summary>
    public async Task<AccountResult<InviteReply>> AcceptAsync(
        Caller caller, string token, CancellationToken cancellationToken)
    {
        if (await FindAsync(token, cancellationToken) is not { } found)
        {
            return new AccountRefusal(ErrorCode.LinkInvalid);
        }

        if (await EnterAsync(found, cancellationToken) is not { } room)
        {
            return new AccountRefusal(ErrorCode.BadField, "The invitation is for those who have no account yet.");
        }

        if (caller.Rooms is { } only && !only.Contains(room.Record.NameKey))
        {
            return new AccountRefusal(ErrorCode.Forbidden, "You have no right to the room.");
        }

        var membership = await _rooms.MembershipAsync(room, caller.UserId, cancellationToken);
        if (membership.Joined)
        {
            return new InviteReply(room.Name);
        }

        if (membership.BannedUntil > Now || !await _store.UseInviteAsync(found.Invite.Hash, Now, cancellationToken))
        {
            return new AccountRefusal(ErrorCode.LinkInvalid);
        }

        if (await JoinAsync(found, room, caller.UserId, caller.Name) is { } failed)
        {
            await _store.ReturnInviteAsync(found.Invite.Hash, CancellationToken.None);
            return new AccountRefusal(failed.Code, failed.Why, TimeSpan.FromMilliseconds(failed.AfterMilliseconds));
        }

        return new InviteReply(room.Name);
    }

    /// <summary>
    /// Brings a user who was just made by the invitation into its room, if it has one. The account stands either way.
    /// </summary>
    public async Task WelcomeAsync(InviteOfMaker invite, UserRecord user)
    {
        if (invite.Invite.Room is null)
        {
            return;
        }

        var failed = await EnterAsync(invite, CancellationToken.None) is { } room
            ? await JoinAsync(invite, room, user.Id, user.Name)
            : new Refusal(ErrorCode.NotFound);
        if (failed is not null)
        {
            Log.NotJoined(_logger, user.Id, invite.Invite.Room, invite.Invite.Id, failed.Code.Code);
        }
    }

    /// <summary>The room as its maker enters it; null for none, or when the maker may not invite to it now.</summary>
    private async ValueTask<Room?> EnterAsync(InviteOfMaker invite, CancellationToken cancellationToken)
    {
        if (invite.Invite.Room is not { } name)
        {
            return null;
        }

        var entry = await _rooms.EnterAsync(CallerOf(invite.Maker), name, Capability.Moderate, cancellationToken);
        return entry.Room is { } room && room.Id == invite.Invite.RoomId ? room : null;
    }

    private async ValueTask<Refusal?> JoinAsync(InviteOfMaker invite, Room room, long userId, string name) =>
        (await _rooms.DoAsync(room, CallerOf(invite.Maker), Acts.Join(userId, name))).Refusal;

    private async ValueTask<(Room? Room, AccountRefusal? Refusal)> RoomOfAsync(
        Caller caller, string? name, CancellationToken cancellationToken)
    {
        if (name is not null)
        {
            var entry = await _rooms.EnterAsync(caller, name, Capability.Moderate, cancellationToken);
            return entry.Refusal is { } refusal
                ? (null, new AccountRefusal(refusal.Code, refusal.Why))
                : (entry.Room, null);
        }

        return caller is { ServerRole: >= RoomRole.Moderator, Rooms: null }
            ? (null, null)
            : (null, new AccountRefusal(ErrorCode.Forbidden, "Only moderators and owners invite to the server."));
    }

    private static string DetailOf(InviteRecord invite) =>
        $$"""{"id":{{invite.Id}},"uses":{{invite.Uses}},"expiresAt":{{invite.ExpiresAt}}}""";

    private static long MakerFor(Caller caller) => CallerGate.IsOwner(caller) ? 0 : caller.UserId;

    /// <summary>The maker's rights as they are now. Uses are bounded already, so no other limit applies.</summary>
    private static Caller CallerOf(UserRecord maker) => new()
    {
        UserId = maker.Id,
        Name = maker.Name,
        ServerRole = maker.Role,
        IsUnlimited = true,
        CredentialId = 0,
    };
}
