using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Connections;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Answers the commands of one WebSocket. Safe for concurrent calls.</summary>
internal sealed class CommandReplies(Subscriber subscriber)
{
    /// <summary>Done; <paramref name="members"/> are JSON members without braces.</summary>
    public void Ok(long? id, string members = "")
    {
        var line = Lines.Rent();
        ReplyWriter.WriteOkRaw(line, id, Encoding.UTF8.GetBytes(members));
        subscriber.Send(Frames.Text(line.WrittenSpan));
    }

    public void Refuse(long? id, Refusal refusal)
    {
        var line = Lines.Rent();
        ReplyWriter.WriteError(line, id, refusal.Code, refusal.Why, refusal.AfterMilliseconds);
        subscriber.Send(Frames.Text(line.WrittenSpan));
    }

    /// <summary>How a change ended that went through the commit loop.</summary>
    public void Outcome(long? id, Append append, string durability)
    {
        if (Outcomes.RefusalOf(append) is { } refusal)
        {
            Refuse(id, refusal);
            return;
        }

        var line = Lines.Rent();
        var duplicate = append.Outcome == AppendOutcome.Duplicate;
        ReplyWriter.WritePublished(line, id, append.Offset, append.Seq, duplicate, durability);
        subscriber.Send(Frames.Text(line.WrittenSpan));
    }
}
