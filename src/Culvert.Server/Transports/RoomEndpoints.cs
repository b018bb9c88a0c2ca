using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;
using RoleNames = Culvert.Server.Rooms.RoleNames;

namespace Culvert.Server.Transports;

/// <summary>Answers requests about rooms themselves: <c>/v1/rooms</c> and <c>/v1/rooms/{room}</c>.</summary>
internal sealed class RoomEndpoints(
    RoomDirectory rooms,
    IRoomStore store,
    DirectRoomEndpoint direct,
    MemberActs members,
    RoomQuota quota,
    RoomPager lists,
    TimeProvider time)
{
    /// <summary>The longest topic, in characters.</summary>
    private const int MaxTopic = 500;

    private const int ListLimit = 100;

    /// <summary><c>POST /v1/rooms</c>: the caller becomes its owner.</summary>
    public async Task CreateAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Write) is not { } caller
            || await JsonBody.ReadAsync(context, RoomJson.Default.CreateRoom) is not { } body)
        {
            return;
        }

        if (body.Kind == "direct")
        {
            await direct.HandleAsync(context, caller, body);
            return;
        }

        var name = body.Name ?? "";
        var refusal = body.Name is null
            ? new Refusal(ErrorCode.MissingField, "The member name is missing.")
            : Check(body.Kind, body.Topic, out _) ?? CheckKey(caller, name);
        if (refusal is not null)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        _ = RoleNames.TryParse(body.Kind, out RoomKind kind);
        if (quota.Take(caller, kind) is > 0 and var wait)
        {
            await Refusals.WriteAsync(context, new Refusal(ErrorCode.RateLimited, Reason.RoomsOfDay.With(), wait));
            return;
        }

        var (room, failed) = await CreateAsync(
            caller, name, kind, body.Topic ?? "", context.RequestAborted);
        if (room is null)
        {
            // Either there is a room or a reason why not.
            await Refusals.WriteAsync(context, failed!);
            return;
        }

        context.Response.Headers.Location = $"/v1/rooms/{Uri.EscapeDataString(room.Name)}";
        var owner = new Membership { Joined = true, Role = RoomRole.Owner };
        await JsonBody.WriteAsync(
            context,
            StatusCodes.Status201Created,
            RoomInfos.Of(new RoomListing(room, owner), Now),
            RoomJson.Default.RoomInfo);
    }

    /// <summary>
    /// <c>GET /v1/rooms?show=&amp;q=&amp;after=&amp;before=&amp;limit=</c>: those the caller may know of, by name.
    /// </summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.Read) is not { } caller)
        {
            return;
        }

        var query = context.Request.Query;
        var wrong = TryReadShow(query, out var show);
        if ((ListOrders.TryRead(query, ListLimit, out var order) ?? wrong) is { } refusal)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        var now = Now;
        var page = await lists.ReadAsync(caller, show, order, context.RequestAborted);
        var reply = new RoomList
        {
            Rooms = [.. page.Rows.Select(listing => RoomInfos.Of(listing, now))],
            Previous = page.Previous,
            Next = page.Next,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, RoomJson.Default.RoomList);
    }

    /// <summary><c>GET /v1/rooms/{room}</c>.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is { } entered)
        {
            await WriteAsync(context, entered);
        }
    }

    /// <summary><c>PATCH /v1/rooms/{room}</c>: what changes becomes events of one commit.</summary>
    public async Task ChangeAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Moderate) is not { } entered
            || await JsonBody.ReadAsync(context, RoomJson.Default.RoomPatch) is not { } patch)
        {
            return;
        }

        var refusal = Check(patch.Kind, patch.Topic, out var kind) ?? CheckRetention(patch);
        if (refusal is null && kind is not null && !await members.IsOwnerAsync(entered, context.RequestAborted))
        {
            refusal = new Refusal(ErrorCode.Forbidden, Reason.OwnersChangeKind.With());
        }

        refusal ??= await SubmitAsync(entered, Changes(entered, patch, kind));
        if (refusal is not null)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        await WriteAsync(context, entered);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<(RoomRecord? Room, Refusal? Refusal)> CreateAsync(
        Caller caller, string name, RoomKind kind, string topic, CancellationToken cancellationToken)
    {
        var counts = false;
        try
        {
            var result = await rooms.CreateAsync(caller, name, kind, topic, cancellationToken);
            counts = result.Room is not null
                || (result.Refusal?.Code == ErrorCode.NameTaken && await IsGuessAsync(caller, name, cancellationToken));
            return result;
        }
        finally
        {
            if (!counts)
            {
                quota.GiveBack(caller);
            }
        }
    }

    /// <summary>
    /// True when the name is of a room that the caller may not know of: names are addresses and thus unique, so the
    /// refusal tells that there is one. A day allows as few of these as it allows rooms.
    /// </summary>
    private async ValueTask<bool> IsGuessAsync(Caller caller, string name, CancellationToken cancellationToken) =>
        (await rooms.EnterAsync(caller, name, Capability.Read, cancellationToken)).Room is null;

    private static Refusal? TryReadShow(IQueryCollection query, out RoomShow show)
    {
        var text = query["show"].ToString();
        show = text switch
        {
            "named" => RoomShow.Named,
            "joined" => RoomShow.Joined,
            "deleted" => RoomShow.Deleted,
            _ => RoomShow.Visible,
        };
        return text.Length == 0 || show != RoomShow.Visible
            ? null
            : new Refusal(ErrorCode.BadField, "show is named, joined or deleted, or left out.");
    }

    private async Task WriteAsync(HttpContext context, Entered entered)
    {
        if (await FindAsync(entered.Room, entered.Caller, context.RequestAborted) is not { } listing)
        {
            await ProblemWriter.WriteAsync(context, ErrorCode.NotFound);
            return;
        }

        var info = RoomInfos.Of(listing, Now);
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, info, RoomJson.Default.RoomInfo);
    }

    /// <summary>From the store, which shows the ends of the log and the settings of one moment.</summary>
    private ValueTask<RoomListing?> FindAsync(Room room, Caller caller, CancellationToken cancellationToken) =>
        store.FindListingAsync(room.Record.NameKey, caller.UserId, cancellationToken);

    /// <summary>What the patch changes; members that repeat what is set already make no event.</summary>
    private List<AwaitedAppend> Changes(Entered entered, RoomPatch patch, RoomKind? kind)
    {
        var record = entered.Room.Record;
        List<AwaitedAppend> changes = [];
        if (patch.Topic is { } topic && topic != record.Topic)
        {
            changes.Add(new AwaitedAppend(entered.Room, entered.Caller, Acts.Topic(topic), ownOnly: false));
        }

        kind = kind == record.Kind ? null : kind;
        var milliseconds = patch.RetainMs == record.RetainMilliseconds ? null : patch.RetainMs;
        var events = patch.RetainEvents == record.RetainEvents ? null : patch.RetainEvents;
        if (kind is not null || milliseconds is not null || events is not null)
        {
            var settings = Acts.Settings(kind, milliseconds, events);
            changes.Add(new AwaitedAppend(entered.Room, entered.Caller, settings, ownOnly: false));
        }

        if (patch.ReadOnly is { } only && only != record.IsReadOnly)
        {
            changes.Add(new AwaitedAppend(entered.Room, entered.Caller, Acts.ReadOnly(only), ownOnly: false));
        }

        if (patch.Archived is { } archived && archived != record.ArchivedAt > 0)
        {
            var archive = Acts.Archive(archived ? Now : null);
            changes.Add(new AwaitedAppend(entered.Room, entered.Caller, archive, ownOnly: false));
        }

        return changes;
    }

    private async ValueTask<Refusal?> SubmitAsync(Entered entered, List<AwaitedAppend> changes)
    {
        if (changes.Count > 0 && rooms.Submit(entered.Room, entered.Caller, changes.ToArray()) is { } refused)
        {
            return refused;
        }

        foreach (var change in changes)
        {
            await change.Done;
            if (Outcomes.RefusalOf(change) is { } failed)
            {
                return failed;
            }
        }

        return null;
    }

    private static Refusal? Check(string? text, string? topic, out RoomKind? kind)
    {
        kind = null;
        if (topic?.Length > MaxTopic)
        {
            return new Refusal(ErrorCode.BadField, Reason.TopicTooLong.With("n", $"{MaxTopic}"));
        }

        if (text is null)
        {
            return null;
        }

        if (text == "direct")
        {
            return new Refusal(ErrorCode.BadField, "A room is made a direct one when it is created, or never.");
        }

        var isKnown = RoleNames.TryParse(text, out RoomKind parsed);
        kind = isKnown ? parsed : null;
        return isKnown ? null : new Refusal(ErrorCode.BadField, "kind is one of public, private.");
    }

    private static Refusal? CheckRetention(RoomPatch patch) =>
        patch.RetainMs is < 0 or > RoomCursor.MaxOffset || patch.RetainEvents is < 0 or > RoomCursor.MaxOffset
            ? new Refusal(ErrorCode.BadField, "retainMs and retainEvents are integers from 0 to 2^53 - 1.")
            : null;

    /// <summary>A token that opens some rooms only does not make others.</summary>
    private static Refusal? CheckKey(Caller caller, string name) =>
        caller.Rooms is { } only && NameRules.TryNormaliseRoom(name, out var key, out _) && !only.Contains(key)
            ? new Refusal(ErrorCode.Forbidden, "The token is for other rooms.")
            : null;
}
