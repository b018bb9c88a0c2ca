using System.Buffers;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Answers <c>POST /v1/rooms/{room}/messages</c>: the message is on disk when the answer leaves.</summary>
/// <remarks>Step 1 of the main path (ARCHITECTURE.md) for publishers that speak HTTP.</remarks>
internal sealed class PublishEndpoint(RoomDirectory rooms, RoomOptions options)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await CallerGate.RequireAsync(context, Scopes.None) is not { } caller)
        {
            return;
        }

        var name = RoomGate.RoomOf(context);
        var entry = await rooms.EnterAsync(caller, name, Capability.Write, context.RequestAborted);
        if (entry.Room is not { } room)
        {
            // A room that is not there is refused with a reason.
            await Refusals.WriteAsync(context, entry.Refusal!);
            return;
        }

        var type = MessageBody.TypeOf(context.Request.ContentType);
        if (MessageBody.Refuse(type, context.Request, options, out var key) is { } bad)
        {
            await Refusals.WriteAsync(context, bad);
            return;
        }

        var received = await MessageBody.ReceiveAsync(context, options);
        if (received is not { } body)
        {
            await Refusals.WriteAsync(context, MessageBody.TooLarge(options));
            return;
        }

        var refusal = Read(body, type, key, room, caller, out var append, out var batch);
        context.Request.BodyReader.AdvanceTo(body.End);
        refusal ??= append is null
            ? rooms.Submit(room, caller, batch!.Appends)
            : rooms.Submit(room, caller, append);
        if (refusal is null && append is not null)
        {
            await append.Done;
            refusal = Outcomes.RefusalOf(append);
        }
        else if (refusal is null)
        {
            // One of the two was read, as there was no refusal.
            await batch!.Done;
            refusal = RefusalOfAll(batch.Appends);
        }

        if (refusal is not null)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        var line = Lines.Rent();
        if (append is not null)
        {
            WriteReceipt(line, append);
        }
        else
        {
            WriteResults(line, batch!.Appends);
        }

        Receipts.Write(context, StatusCodes.Status201Created, line.WrittenSpan);
    }

    /// <summary>One message or a batch; the data are copied, so the body can go.</summary>
    private Refusal? Read(
        in ReadOnlySequence<byte> body,
        BodyType type,
        string? key,
        Room room,
        Caller caller,
        out AwaitedAppend? append,
        out Batch? batch)
    {
        if (body.IsSingleSegment)
        {
            return Read(body.FirstSpan, type, key, room, caller, out append, out batch);
        }

        var length = (int)body.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(copy);
            return Read(copy.AsSpan(0, length), type, key, room, caller, out append, out batch);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private Refusal? Read(
        ReadOnlySpan<byte> body,
        BodyType type,
        string? key,
        Room room,
        Caller caller,
        out AwaitedAppend? append,
        out Batch? batch)
    {
        append = null;
        batch = null;
        Refusal? refusal;
        if (type == BodyType.Json && body.TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
        {
            if (key is not null)
            {
                return new Refusal(
                    ErrorCode.BadField, "A batch takes no Idempotency-Key: give each message a member key instead.");
            }

            _ = Batch.TryRead(body, room, caller, options, out batch, out refusal);
            return refusal;
        }

        refusal = MessageBody.TryRead(body, type, key, options, out var act);
        append = refusal is null ? new AwaitedAppend(room, caller, act!, ownOnly: false) : null;
        return refusal;
    }

    /// <summary>What stopped the whole commit; an item's own refusal is a part of the answer.</summary>
    private static Refusal? RefusalOfAll(ReadOnlySpan<Append> appends) =>
        appends[0].Outcome is AppendOutcome.StorageFull or AppendOutcome.StorageFailed or AppendOutcome.NoSuchRoom
            ? Outcomes.RefusalOf(appends[0])
            : null;

    private void WriteReceipt(IBufferWriter<byte> output, Append append) => ReplyWriter.WriteReceipt(
        output, append.Offset, append.Seq, append.Outcome == AppendOutcome.Duplicate, options.Durability);

    private void WriteResults(IBufferWriter<byte> output, ReadOnlySpan<Append> appends)
    {
        for (var i = 0; i < appends.Length; i++)
        {
            output.Write(i == 0 ? "["u8 : ","u8);
            if (Outcomes.RefusalOf(appends[i]) is { } refusal)
            {
                ReplyWriter.WriteRefusal(output, refusal.Code, refusal.Why, refusal.AfterMilliseconds);
            }
            else
            {
                WriteReceipt(output, appends[i]);
            }
        }

        output.Write("]"u8);
    }
}
