using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Several messages published as one commit, each with its own outcome.</summary>
internal sealed class Batch
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Item[] _items;
    private int _open;

    private Batch(int count)
    {
        _items = new Item[count];
        _open = count;
    }

    public ReadOnlySpan<Append> Appends => _items;

    /// <summary>Completes when every item has its outcome.</summary>
    public Task Done => _done.Task;

    /// <summary>Reads a JSON array of <c>{"data","key"?,"ifOffset"?}</c>.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> json,
        Room room,
        Caller caller,
        RoomOptions options,
        [NotNullWhen(true)] out Batch? batch,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        batch = null;
        refusal = null;
        if (PublishBody.Parse(json, out var body, out var why) is { } error)
        {
            refusal = new Refusal(error, why);
            return false;
        }

        var read = new Batch(body!.Items.Count);
        for (var i = 0; i < read._items.Length; i++)
        {
            var item = body.Items[i];
            var compact = Lines.Rent();
            JsonText.Compact(json[item.Data], compact);
            if (compact.WrittenCount > options.MaxMessageBytes)
            {
                var number = (i + 1).ToString(CultureInfo.InvariantCulture);
                refusal = new Refusal(ErrorCode.TooLarge, $"Message {number} of the batch is too large.");
                return false;
            }

            var act = Acts.Message(compact.WrittenSpan.ToArray(), item.Key, item.IfOffset);
            read._items[i] = new Item(read, room, caller, act);
        }

        batch = read;
        return true;
    }

    /// <summary>Writes <c>"results":[…]</c>: a receipt or an <c>err</c> for each item, in order.</summary>
    public void WriteMembers(IBufferWriter<byte> output, string durability)
    {
        output.Write("\"results\":"u8);
        WriteArray(output, durability);
    }

    /// <summary>Writes the array of results alone.</summary>
    public void WriteArray(IBufferWriter<byte> output, string durability)
    {
        for (var i = 0; i < _items.Length; i++)
        {
            output.Write(i == 0 ? "["u8 : ","u8);
            var item = _items[i];
            if (Outcomes.RefusalOf(item) is { } refusal)
            {
                ReplyWriter.WriteRefusal(output, refusal.Code, refusal.Why, refusal.AfterMilliseconds);
            }
            else
            {
                var duplicate = item.Outcome == AppendOutcome.Duplicate;
                ReplyWriter.WriteReceipt(output, item.Offset, item.Seq, duplicate, durability);
            }
        }

        output.Write("]"u8);
    }

    private sealed class Item : Append
    {
        private readonly Batch _batch;

        [SetsRequiredMembers]
        public Item(Batch batch, Room room, Caller caller, Act act)
            : base(room, caller, act, ownOnly: false)
        {
            _batch = batch;
        }

        public override void Complete()
        {
            if (Interlocked.Decrement(ref _batch._open) == 0)
            {
                _batch._done.TrySetResult();
            }
        }
    }
}
