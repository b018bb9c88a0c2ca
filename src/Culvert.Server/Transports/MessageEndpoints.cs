using System.Buffers;
using System.Globalization;
using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Answers requests about one message: <c>/v1/rooms/{room}/messages/{seq}</c>.</summary>
internal sealed class MessageEndpoints(RoomDirectory rooms, RoomOptions options)
{
    /// <summary>The longest reason, in characters.</summary>
    private const int MaxWhy = 500;

    private const int MaxEmojiBytes = 64;

    /// <summary><c>PATCH …/{seq}</c>: a new text, by the author. Nobody puts words into another's mouth.</summary>
    public async Task EditAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Write) is not { } entered
            || await SeqAsync(context) is not { } seq)
        {
            return;
        }

        var type = MessageBody.TypeOf(context.Request.ContentType);
        if (MessageBody.Refuse(type, context.Request, options, out _) is { } bad)
        {
            await Refusals.WriteAsync(context, bad);
            return;
        }

        if (await MessageBody.ReceiveAsync(context, options) is not { } body)
        {
            await Refusals.WriteAsync(context, MessageBody.TooLarge(options));
            return;
        }

        var refusal = MessageBody.TryRead(
            body.IsSingleSegment ? body.FirstSpan : body.ToArray(), type, null, options, out var message);
        context.Request.BodyReader.AdvanceTo(body.End);
        if (message is null)
        {
            // Either there is a message or a reason why not.
            await Refusals.WriteAsync(context, refusal!);
            return;
        }

        var edit = Acts.Edit(seq, message.Data) with { IfOffset = message.IfOffset };
        await DoAsync(context, entered, edit, ownOnly: true);
    }

    /// <summary><c>DELETE …/{seq}</c>, with <c>{"why"}</c> or <c>?why=</c>: by the author or a moderator.</summary>
    public async Task EraseAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Write) is not { } entered
            || await SeqAsync(context) is not { } seq)
        {
            return;
        }

        if (await ReadWhyAsync(context) is { } body)
        {
            var ownOnly = entered.Capability < Capability.Moderate;
            await DoAsync(context, entered, Acts.Erase(seq, body.Why), ownOnly);
        }
    }

    /// <summary><c>PUT …/{seq}/reactions</c>.</summary>
    public async Task ReactAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Write) is not { } entered
            || await SeqAsync(context) is not { } seq
            || await JsonBody.ReadAsync(context, RoomJson.Default.ReactionBody) is not { } body)
        {
            return;
        }

        if (!IsEmoji(body.Emoji))
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadField, "emoji must be 1 to 64 bytes of text without control characters.");
            return;
        }

        await DoAsync(context, entered, Acts.React(seq, body.Emoji, body.On ?? true), ownOnly: false);
    }

    /// <summary>The reason from an optional body or <c>?why=</c>; or null, and the request is answered.</summary>
    public static async ValueTask<EraseBody?> ReadWhyAsync(HttpContext context)
    {
        var body = new EraseBody();
        if (JsonBody.IsPresent(context))
        {
            body = await JsonBody.ReadAsync(context, RoomJson.Default.EraseBody);
            if (body is null)
            {
                return null;
            }
        }

        var why = body.Why ?? context.Request.Query["why"].ToString();
        if (why.Length <= MaxWhy)
        {
            return new EraseBody { Why = why.Length == 0 ? null : why };
        }

        await ProblemWriter.WriteAsync(context, ErrorCode.BadField, $"why has at most {MaxWhy} characters.");
        return null;
    }

    private async Task DoAsync(HttpContext context, Entered entered, Act act, bool ownOnly)
    {
        var (append, refusal) = await rooms.DoAsync(entered.Room, entered.Caller, act, ownOnly);
        if (append is null)
        {
            // Either it was done or there is a reason why not.
            await Refusals.WriteAsync(context, refusal!);
            return;
        }

        var line = Lines.Rent();
        var hadEffect = append.Outcome == AppendOutcome.Committed;
        ReplyWriter.WriteReceipt(line, append.Offset, append.Seq, dup: !hadEffect, options.Durability);
        Receipts.Write(context, StatusCodes.Status200OK, line.WrittenSpan);
    }

    /// <summary>The value of <c>{seq}</c>; or null, and the request is answered: such a message cannot exist.</summary>
    private static async ValueTask<long?> SeqAsync(HttpContext context)
    {
        var text = (string?)context.Request.RouteValues["seq"];
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) && seq > 0)
        {
            return seq;
        }

        await ProblemWriter.WriteAsync(context, ErrorCode.NoMessage);
        return null;
    }

    private static bool IsEmoji(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || Encoding.UTF8.GetByteCount(text) > MaxEmojiBytes)
        {
            return false;
        }

        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return false;
            }
        }

        return true;
    }
}
