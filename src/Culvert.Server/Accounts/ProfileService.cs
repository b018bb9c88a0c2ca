using System.Buffers;
using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts.Avatars;
using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Display names and pictures: shows them, changes them, tells of it. Safe for concurrent use.</summary>
internal sealed class ProfileService
{
    /// <summary>Names of one question.</summary>
    public const int MaxNames = 100;

    /// <summary>People of one answer to a search.</summary>
    public const int MaxPeople = 50;

    /// <summary>Pixels of a side that a picture may have when it comes.</summary>
    public const int MaxSide = 512;

    /// <summary>The most a picture may have, in bytes: one of noise does not get smaller by packing.</summary>
    public const int MaxAvatarBytes = 1_200_000;

    /// <summary>Pixels of a side that are kept: twice what the largest place shows.</summary>
    private const int KeptSide = 256;

    // Every change is a line to each reader of each room.
    private const int ChangesPerMinute = 10;
    private const int MaxKeys = 50_000;

    private readonly IAccountStore _store;
    private readonly RoomDirectory _rooms;
    private readonly TimeProvider _time;
    private readonly TokenBuckets _changes;

    public ProfileService(IAccountStore store, RoomDirectory rooms, TimeProvider time)
    {
        _store = store;
        _rooms = rooms;
        _time = time;
        _changes = new TokenBuckets(time, ChangesPerMinute, TimeSpan.FromMinutes(1), MaxKeys);
    }

    /// <summary>The profiles of these names, disabled users included; names that nobody has are left out.</summary>
    public async ValueTask<IReadOnlyList<ProfileInfo>> FindAsync(
        IEnumerable<string?> names, CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names.Take(MaxNames))
        {
            if (NameRules.TryNormaliseUser(name, out var key, out _))
            {
                keys.Add(key);
            }
        }

        var users = await _store.FindUsersAsync([.. keys], cancellationToken);
        return [.. users.Select(ProfileInfo.Of)];
    }

    /// <summary>
    /// A page of the enabled users whose name or display name begins so, by name key; its words are looked for in both.
    /// </summary>
    public ValueTask<ListPage<UserRecord>> SearchAsync(
        string prefix, ListOrder order, CancellationToken cancellationToken)
    {
        var text = prefix.Trim();

        // A beginning may be a word that is reserved as a whole, or no name by itself.
        var nameKey = NameRules.TryNormaliseUser(text, out var key, out _)
            || NameRules.TryNormaliseRoom(text, out key, out _)
                ? key
                : text.ToLowerInvariant();
        var titleKey = DisplayNames.KeyOf(text);
        return ListPage<UserRecord>.ReadAsync(
            order,
            (after, isBack, limit) =>
                _store.SearchUsersAsync(nameKey, titleKey, after, isBack, limit, cancellationToken),
            static user => user.NameKey,
            user => order.Fits(user.Name, user.Title));
    }

    /// <summary>Sets the caller's display name; an empty one goes back to the name.</summary>
    public async Task<AccountResult<ProfileInfo>> SetTitleAsync(Caller caller, string text)
    {
        string? title = null;
        if (text.Trim().Length > 0)
        {
            title = DisplayNames.Clean(text, out var problem);
            if (title is null)
            {
                return new AccountRefusal(ErrorCode.BadField, problem);
            }
        }

        return TooOften(caller) is { } refusal
            ? refusal
            : await TellAsync(await _store.SetTitleAsync(
                caller.UserId, title, title is null ? null : DisplayNames.KeyOf(title), CancellationToken.None));
    }

    /// <summary>Sets the caller's picture to what is left of a PNG when its pixels are written anew.</summary>
    public async Task<AccountResult<ProfileInfo>> SetAvatarAsync(Caller caller, ReadOnlyMemory<byte> file)
    {
        if (TooOften(caller) is { } refusal)
        {
            return refusal;
        }

        if (PngReader.Read(file.Span, MaxSide, out var problem) is not { } picture)
        {
            return new AccountRefusal(ErrorCode.BadField, problem);
        }

        var png = PngWriter.Write(PictureScaler.Fit(picture, KeptSide));
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return await TellAsync(await _store.SetAvatarAsync(caller.UserId, png, now, CancellationToken.None));
    }

    /// <summary>Takes the caller's picture away.</summary>
    public async Task<AccountResult<ProfileInfo>> DeleteAvatarAsync(Caller caller) =>
        TooOften(caller) is { } refusal
            ? refusal
            : await TellAsync(await _store.SetAvatarAsync(caller.UserId, null, 0, CancellationToken.None));

    /// <summary>The picture of the user of this name; null for none.</summary>
    public async ValueTask<AvatarImage?> FindAvatarAsync(string name, CancellationToken cancellationToken) =>
        NameRules.TryNormaliseUser(name, out var key, out _)
            ? await _store.FindAvatarAsync(key, cancellationToken)
            : null;

    /// <summary>Tells the readers on this node of a profile that was changed on another.</summary>
    public async Task AnnounceAsync(long userId, CancellationToken cancellationToken)
    {
        if (await _store.FindUserAsync(userId, cancellationToken) is { } user)
        {
            await AnnounceAsync(user);
        }
    }

    private AccountRefusal? TooOften(Caller caller)
    {
        var wait = _changes.Take(caller.UserId.ToString(CultureInfo.InvariantCulture));
        return wait > TimeSpan.Zero
            ? new AccountRefusal(ErrorCode.RateLimited, "Your profile changes too often; try again later.", wait)
            : null;
    }

    private async Task<AccountResult<ProfileInfo>> TellAsync(UserRecord? user)
    {
        if (user is null)
        {
            return new AccountRefusal(ErrorCode.NotFound);
        }

        await AnnounceAsync(user);
        return ProfileInfo.Of(user);
    }

    /// <summary>Tells the readers of every room in memory that may know the user.</summary>
    private async Task AnnounceAsync(UserRecord user)
    {
        foreach (var room in _rooms.Loaded)
        {
            if (room.SubscriptionCount > 0 && await IsKnownInAsync(room, user))
            {
                var line = new ArrayBufferWriter<byte>(160);
                EventWriter.WriteProfile(line, room.Name, user.Name, ProfileInfo.Of(user).Title, user.Avatar);
                room.Announce(new EphemeralEvent("profile"u8.ToArray(), line.WrittenSpan.ToArray()));
            }
        }
    }

    /// <summary>
    /// Any user writes in a public room, so its old messages may be anybody's; a private one shows its members only.
    /// </summary>
    private async ValueTask<bool> IsKnownInAsync(Room room, UserRecord user) =>
        room.Record.Kind == RoomKind.Public
        || (await _rooms.MembershipAsync(room, user.Id, CancellationToken.None)).Joined
        || room.Presence.Members().Names.Contains(user.Name);
}
