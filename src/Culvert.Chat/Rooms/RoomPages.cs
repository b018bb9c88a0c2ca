using System.Buffers;
using System.Globalization;
using System.Text;
using Culvert.Chat.Accounts;
using Culvert.Chat.Pages;
using Culvert.Chat.Texts;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;
using Culvert.Server.Transports.Commands;
using Microsoft.AspNetCore.Http;

namespace Culvert.Chat.Rooms;

/// <summary>The page of a room, for browsers with and without scripts.</summary>
internal sealed class RoomPages(
    RoomDirectory rooms,
    IRoomStore store,
    RoomHistory history,
    RoomCommands commands,
    ProfileService profiles,
    PageWriter pages,
    FormGuard forms,
    TimeProvider time,
    ChatOptions options)
{
    private const string PeopleCookie = "culvert_people";

    /// <summary>Scripts ask for the rest when they need it.</summary>
    private const int MaxPeople = 100;

    /// <summary>
    /// <c>GET /chat/rooms/{room}</c>: the newest messages; or by <c>?seq=</c> those around one, by <c>?date=</c> those
    /// of a day (UTC), by <c>?before=</c> and <c>?after=</c> those beside another page.
    /// </summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (await EnterAsync(context) is not { } entered)
        {
            return;
        }

        var query = context.Request.Query;
        var (anchor, value, date) = AnchorOf(query);
        await ShowAsync(context, entered, StatusCodes.Status200OK, new MessagePage(anchor, value, RoomHistory.PageSize),
            view => view with { Target = anchor == PageAnchor.Around ? value : 0, Date = date });
    }

    /// <summary><c>GET /chat/rooms/{room}/page</c>: a page of history for scripts.</summary>
    public async Task ReadAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is not { } entered)
        {
            return;
        }

        var refusal = PageQuery.TryRead(context.Request.Query, out var query);
        if (refusal is null && query?.Messages is null)
        {
            refusal = new Refusal(ErrorCode.BadField, "Give one of before, after, around and at.");
        }

        if (refusal is not null)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        // Without a refusal there is a page.
        var page = await history.ReadAsync(entered.Room, query!.Messages!.Value, context.RequestAborted);
        var body = new ArrayBufferWriter<byte>(8 * 1024);
        using (var json = new System.Text.Json.Utf8JsonWriter(body))
        {
            page.Write(json);
        }

        Receipts.Write(context, StatusCodes.Status200OK, body.WrittenSpan);
    }

    /// <summary>
    /// <c>POST /chat/rooms/{room}</c>: the form of the page. Sends <c>text</c>, which may be a command; or marks
    /// as read (<c>read</c>).
    /// </summary>
    public async Task PostAsync(HttpContext context)
    {
        if (await EnterAsync(context) is not { } entered)
        {
            return;
        }

        if (await forms.ReadAsync(context) is not { } form)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var text = form["text"].ToString().ReplaceLineEndings("\n").Trim();
        var refusal = form.ContainsKey("read") ? await MarkReadAsync(context, entered, form["read"].ToString())
            : text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal)
                ? await CommandAsync(context, entered, text)
            : text.Length > 0 ? await SendAsync(context, entered, text, form["key"].ToString())
            : null;
        if (refusal is null)
        {
            context.Response.Headers.Location = PathOf(entered.Room.Name) + "#composer";
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            return;
        }

        var latest = new MessagePage(PageAnchor.Latest, 0, RoomHistory.PageSize);
        await ShowAsync(context, entered, refusal.Code.Status, latest,
            view => view with { Draft = text, Problem = Wording.Of(pages.TextOf(context), refusal) });
    }

    private static string PathOf(string room) => $"/chat/rooms/{Uri.EscapeDataString(room)}";

    /// <summary>Who asks and where; or null, and the request is answered.</summary>
    private async ValueTask<Entered?> EnterAsync(HttpContext context)
    {
        if (SignInGate.Require(context, pages) is not { } caller)
        {
            return null;
        }

        var entry = await rooms.EnterAsync(
            caller, RoomGate.RoomOf(context), Capability.Read, context.RequestAborted);
        if (entry.Room is { } room)
        {
            HomePages.Remember(context, room.Name);
            return new Entered(caller, room, entry.Capability);
        }

        // A room that is not there is refused with a reason.
        await pages.WriteAsync<MissingRoomPage>(
            context, entry.Refusal!.Code.Status, ("Code", entry.Refusal.Code.Code));
        return null;
    }

    private async Task ShowAsync(
        HttpContext context, Entered entered, int status, MessagePage page, Func<RoomView, RoomView> adapt)
    {
        var read = await history.ReadAsync(entered.Room, page, context.RequestAborted);
        if (read.Messages.Count == 0 && page.Anchor != PageAnchor.Latest)
        {
            // Nothing is there any more, or nothing yet: the newest are better than an empty page.
            var latest = new MessagePage(PageAnchor.Latest, 0, RoomHistory.PageSize);
            read = await history.ReadAsync(entered.Room, latest, context.RequestAborted);
        }

        // From the store, which shows settings and the read cursor of one moment.
        var listing = await store.FindListingAsync(
            entered.Room.Record.NameKey, entered.Caller.UserId, context.RequestAborted);
        var info = RoomInfos.Of(
            listing ?? new RoomListing(entered.Room.Record, Membership.None),
            time.GetUtcNow().ToUnixTimeMilliseconds());
        var online = entered.Room.Presence.Members().Names;
        var view = new RoomView(info, read, entered.Capability)
        {
            Now = time.GetUtcNow(),
            Online = online,
            People = await profiles.ViewsAsync(
                (info.People ?? []).Concat(read.Names).Concat(online), MaxPeople, context.RequestAborted),
            MaxFileBytes = options.MaxFileBytes,
            ShowsPeople = context.Request.Cookies[PeopleCookie] != "false",
        };
        await pages.WriteAsync<RoomPage>(context, status, ("View", adapt(view)));
    }

    private static (PageAnchor Anchor, long Value, DateTimeOffset? Date) AnchorOf(IQueryCollection query)
    {
        if (DateOnly.TryParseExact(query["date"], "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out var date))
        {
            var start = new DateTimeOffset(date, default, TimeSpan.Zero);
            return (PageAnchor.Time, Math.Max(0, start.ToUnixTimeMilliseconds()), start);
        }

        return NumberOf(query, "seq") is { } seq ? (PageAnchor.Around, seq, null)
            : NumberOf(query, "before") is { } before ? (PageAnchor.Before, before, null)
            : NumberOf(query, "after") is { } after ? (PageAnchor.After, after, null)
            : (PageAnchor.Latest, 0, null);
    }

    private static long? NumberOf(IQueryCollection query, string name) =>
        long.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= RoomCursor.MaxOffset
            ? number
            : null;

    private async ValueTask<Refusal?> MarkReadAsync(HttpContext context, Entered entered, string text)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || seq > RoomCursor.MaxOffset)
        {
            return new Refusal(ErrorCode.BadField);
        }

        await rooms.SetReadAsync(entered.Room, entered.Caller, seq, back: false, context.RequestAborted);
        return null;
    }

    /// <summary>What the command has to say is said on the next page.</summary>
    private async ValueTask<Refusal?> CommandAsync(HttpContext context, Entered entered, string text)
    {
        var answer = await commands.RunAsync(entered, text, context.RequestAborted);
        if (answer.Notice is { } notice)
        {
            new Flash("info", Wording.Of(pages.TextOf(context), notice)).Write(context.Response);
        }

        return answer.Refusal;
    }

    private async ValueTask<Refusal?> SendAsync(HttpContext context, Entered entered, string text, string key)
    {
        var entry = await rooms.EnterAsync(
            entered.Caller, entered.Room.Name, Capability.Write, context.RequestAborted);
        if (entry.Room is not { } room)
        {
            return entry.Refusal;
        }

        // A second slash at the start says that the first one is meant.
        var bytes = Encoding.UTF8.GetBytes(text.StartsWith("//", StringComparison.Ordinal) ? text[1..] : text);
        if (bytes.Length > RoomState.MaxText)
        {
            return new Refusal(ErrorCode.TooLarge, Reason.MessageTooLong.With("bytes", $"{RoomState.MaxText}"));
        }

        var data = new ArrayBufferWriter<byte>(bytes.Length + 32);
        TextMessage.Write(data, bytes);
        var isKey = key is { Length: > 0 and <= CommandParser.MaxKeyLength }
            && !key.AsSpan().ContainsAnyExceptInRange(' ', '~');
        return (await rooms.DoAsync(
            room, entered.Caller, Acts.Message(data.WrittenMemory, isKey ? key : null))).Refusal;
    }
}
